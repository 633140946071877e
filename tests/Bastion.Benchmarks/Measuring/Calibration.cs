using System.Runtime.CompilerServices;

namespace Bastion.Benchmarks.Measuring;

// The same piece of arithmetic before and after each benchmark. When its time varies, the machine was doing something else as well,
// and the figures beside it deserve as much trust as the figures here.
internal static class Calibration
{
    private const int Rounds = 100_000_000;

    public static double RunMilliseconds()
    {
        long start = TimeProvider.System.GetTimestamp();
        Spin();
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    // xorshift64: each step needs the one before, so that no compiler and no second core shortens it
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static ulong Spin()
    {
        ulong x = 88172645463325252;
        for (int i = 0; i < Rounds; i++)
        {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
        }
        return x;
    }
}
