using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace Bastion.Server.Diagnostics;

// One line an event. Messages hold text that strangers chose (user names, version strings): whatever a terminal would act on is shown as
// its escape, so nobody can forge a line or move the cursor of whoever reads the log.
internal sealed class ConsoleFormatter : ITextFormatter
{
    // Strings without quotes.
    private static readonly MessageTemplateTextFormatter Message = new("{Message:l}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("yyyy-MM-dd HH:mm:ss.fff zzz", CultureInfo.InvariantCulture));
        output.Write(Level(logEvent.Level));
        using StringWriter message = new(CultureInfo.InvariantCulture);
        Message.Format(logEvent, message);
        WriteEscaped(message.ToString(), output, keepLines: false);
        output.Write('\n');
        if (logEvent.Exception is { } exception)
        {
            WriteEscaped(exception.ToString(), output, keepLines: true);
            output.Write('\n');
        }
    }

    private static string Level(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose or LogEventLevel.Debug => " debug ",
        LogEventLevel.Information => " info  ",
        LogEventLevel.Warning => " warn  ",
        LogEventLevel.Error => " error ",
        _ => " fatal ",
    };

    private static void WriteEscaped(string text, TextWriter output, bool keepLines)
    {
        foreach (char letter in text)
        {
            // Control characters, and the marks that turn the direction of text around.
            bool acts = char.IsControl(letter) || char.GetUnicodeCategory(letter) is UnicodeCategory.Format;
            if (acts && !(keepLines && letter == '\n'))
            {
                output.Write("\\u");
                output.Write(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
            }
            else
            {
                output.Write(letter);
            }
        }
    }
}
