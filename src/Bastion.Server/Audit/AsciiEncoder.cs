using System.Text;
using System.Text.Encodings.Web;

namespace Bastion.Server.Audit;

// JSON strings of printable ASCII only: control characters, text-direction marks and all else outside are \u escapes, so no line of the
// audit log acts on the terminal of whoever reads it. The framework's default does the same, but also escapes '+', and with it every
// other fingerprint, which then cannot be searched for.
internal sealed unsafe class AsciiEncoder : JavaScriptEncoder
{
    // A scalar beyond the first plane is two escapes of six characters, for two characters of input.
    public override int MaxOutputCharactersPerInputCharacter => 12;

    public override bool WillEncode(int unicodeScalar) => unicodeScalar is < ' ' or > '~' or '"' or '\\';

    public override int FindFirstCharacterToEncode(char* text, int textLength)
    {
        for (int i = 0; i < textLength; i++)
        {
            if (WillEncode(text[i]))
            {
                return i;
            }
        }

        return -1;
    }

    public override bool TryEncodeUnicodeScalar(int unicodeScalar, char* buffer, int bufferLength, out int numberOfCharactersWritten)
    {
        Span<char> units = stackalloc char[2];
        units = units[..new Rune(unicodeScalar).EncodeToUtf16(units)];
        Span<char> output = new(buffer, bufferLength);
        numberOfCharactersWritten = 0;
        foreach (char unit in units)
        {
            if (!output[numberOfCharactersWritten..].TryWrite($"\\u{(int)unit:x4}", out int written))
            {
                return false;
            }

            numberOfCharactersWritten += written;
        }

        return true;
    }
}
