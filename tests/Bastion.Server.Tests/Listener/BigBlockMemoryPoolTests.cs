using System.Buffers;
using Bastion.Server.Listener;
using Xunit;

namespace Bastion.Server.Tests.Listener;

public sealed class BigBlockMemoryPoolTests
{
    [Fact]
    public void Rent_GivesAWholeBlock_AndReturnKeepsIt()
    {
        BigBlockMemoryPool pool = new();
        IMemoryOwner<byte> block = pool.Rent(1);

        Assert.Equal(BigBlockMemoryPool.BlockSize, block.Memory.Length);
        block.Dispose();
        block.Dispose();

        Assert.Equal(1, pool.IdleBlocks);
        Assert.Throws<ObjectDisposedException>(() => block.Memory);
        pool.Rent();
        Assert.Equal(0, pool.IdleBlocks);
    }

    [Fact]
    public void Rent_MoreThanABlock_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new BigBlockMemoryPool().Rent(BigBlockMemoryPool.BlockSize + 1));

    [Fact]
    public void Return_BeyondTheBound_IsLeftToTheGarbageCollector()
    {
        BigBlockMemoryPool pool = new();
        List<IMemoryOwner<byte>> blocks = [.. Enumerable.Range(0, 300).Select(_ => pool.Rent())];

        blocks.ForEach(block => block.Dispose());

        Assert.Equal(256, pool.IdleBlocks);
    }

    // Every transport disposes "its" pool when it stops.
    [Fact]
    public void Dispose_ByOneOwner_LeavesItToTheOthers()
    {
        BigBlockMemoryPool pool = new();
        pool.Create().Dispose();

        using IMemoryOwner<byte> block = pool.Rent();

        Assert.Equal(BigBlockMemoryPool.BlockSize, block.Memory.Length);
    }
}
