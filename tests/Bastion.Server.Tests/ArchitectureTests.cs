using System.Reflection;
using System.Reflection.Emit;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Bastion.Server.Tests;

// Rules about the shape of the code that the compiler does not hold.
public sealed class ArchitectureTests
{
    private static readonly Assembly Server = typeof(Program).Assembly;
    private static readonly Assembly Ssh = typeof(Ssh.PublicKey).Assembly;

    public static TheoryData<string> Engines => [.. EngineAssemblies().Select(assembly => assembly.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Engines))]
    public void Engine_ReferencesNoOtherProjectAndNoWebFramework(string engine)
    {
        IEnumerable<string> references = Assembly.Load(engine).GetReferencedAssemblies().Select(reference => reference.Name!);

        Assert.DoesNotContain(references, reference =>
            reference.StartsWith("Bastion.") || reference.StartsWith("Microsoft.AspNetCore") || reference.StartsWith("Microsoft.Extensions.DependencyInjection"));
    }

    [Theory]
    [MemberData(nameof(Engines))]
    public void Engine_PublicTypes_StandInItsRootNamespace(string engine) =>
        Assert.All(Assembly.Load(engine).GetExportedTypes(), type => Assert.Equal(engine, type.Namespace));

    [Fact]
    public void Server_HasNoPublicTypes() => Assert.Empty(Server.GetExportedTypes());

    [Fact]
    public void Admin_IsUsedByProgramAlone()
    {
        // Program's async method is a type of its own, inside it.
        IEnumerable<Type> users = Server.GetTypes().Where(type =>
            type != typeof(Program) && type.DeclaringType != typeof(Program) && !InAdmin(type) && UsedTypes(type).Any(InAdmin));

        Assert.Empty(users);
    }

    [Fact]
    public void LogEventIds_AreUnique_AndInTheRangeOfTheirFeature()
    {
        var events = ((Assembly[])[Server, .. EngineAssemblies()])
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()))
            .Where(pair => pair.Event is not null)
            .ToList();

        Assert.NotEmpty(events);
        Assert.All(events.GroupBy(pair => pair.Event!.EventId), group => Assert.Single(group));
        // A feature has a hundred ids, from 5000 on, and its class of messages keeps to them; engines have a thousand.
        foreach (IGrouping<Type, int> feature in events.Where(pair => pair.Method.DeclaringType!.Assembly == Server)
            .GroupBy(pair => pair.Method.DeclaringType!, pair => pair.Event!.EventId))
        {
            Assert.All(feature, id => Assert.Equal(feature.First() / 100, id / 100));
            Assert.All(feature, id => Assert.InRange(id, 5000, 6999));
        }
    }

    private static bool InAdmin(Type type) => type.Namespace == "Bastion.Server.Admin";

    private static IEnumerable<Assembly> EngineAssemblies() => Server.GetReferencedAssemblies()
        .Where(reference => reference.Name!.StartsWith("Bastion.")).Select(Assembly.Load).Append(Ssh).Distinct();

    // Signatures, and every type and member that the code of a method names.
    private static IEnumerable<Type> UsedTypes(Type type)
    {
        const BindingFlags All = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in type.GetFields(All))
        {
            yield return field.FieldType;
        }

        foreach (MethodBase method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            foreach (Type used in method.GetParameters().Select(parameter => parameter.ParameterType).Concat(NamedInBody(method)))
            {
                yield return used;
            }
        }
    }

    // Reads the IL far enough to find the tokens of calls, constructions, fields and types.
    private static IEnumerable<Type> NamedInBody(MethodBase method)
    {
        byte[] code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (int i = 0; i < code.Length;)
        {
            OpCode operation = code[i] == 0xfe ? OpCodesByValue[0xfe00 | code[i + 1]] : OpCodesByValue[code[i]];
            i += operation.Size;
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
            {
                Type? named = Resolve(method, BitConverter.ToInt32(code, i));
                if (named is not null)
                {
                    yield return named;
                }
            }

            i += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, i)),
                _ => 4,
            };
        }
    }

    private static Type? Resolve(MethodBase method, int token)
    {
        Type[] typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : [];
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        MemberInfo? member = method.Module.ResolveMember(token, typeArguments, methodArguments);
        return member as Type ?? member?.DeclaringType;
    }

    private static readonly Dictionary<int, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(operation => operation.Size == 1 ? operation.Value & 0xff : operation.Value & 0xffff);
}
