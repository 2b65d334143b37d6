package dev.cairn.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * The right of one sender to a file, held by a lock on a file beside it. POSIX drops the
 * locks of a process as soon as it closes any descriptor of the locked file, so that file
 * is one which nobody reads, and which this process opens once.
 */
public final class FileLease implements Closeable {

	/** Held by this process. */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	/** Held through another class loader: to close these would end its leases. */
	private static final Map<Path, FileChannel> NOT_OURS = new ConcurrentHashMap<>();

	private final Path lockFile;

	private final FileChannel channel;

	private FileLease(Path lockFile, FileChannel channel) {
		this.lockFile = lockFile;
		this.channel = channel;
	}

	/**
	 * Ask for a file.
	 * @param folder the folder, which must be there
	 * @param file the name of the file in it
	 * @return the lease, or {@code null} when another sender has it
	 * @throws IOException when the lock's file cannot be written
	 */
	public static @Nullable FileLease tryAcquire(Path folder, String file) throws IOException {
		Path lockFile = folder.toRealPath().resolve("." + file + ".lock");
		if (NOT_OURS.containsKey(lockFile) || !HELD.add(lockFile)) {
			return null;
		}
		FileLease lease = null;
		try {
			lease = lock(lockFile);
		}
		finally {
			if (lease == null) {
				HELD.remove(lockFile);
			}
		}
		return lease;
	}

	private static @Nullable FileLease lock(Path lockFile) throws IOException {
		FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		try {
			if (channel.tryLock() != null) {
				return new FileLease(lockFile, channel);
			}
		}
		catch (OverlappingFileLockException ex) {
			NOT_OURS.put(lockFile, channel);
			return null;
		}
		channel.close();
		return null;
	}

	@Override
	public void close() throws IOException {
		try {
			this.channel.close();
		}
		finally {
			HELD.remove(this.lockFile);
		}
	}

}
