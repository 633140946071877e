using System.Text.Json.Serialization;

namespace Bastion.Server.Audit;

// The default encoder escapes everything outside printable ASCII, so no line holds control characters or text-direction marks for the
// terminal of whoever reads the file.
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditEvent))]
internal sealed partial class AuditJson : JsonSerializerContext;
