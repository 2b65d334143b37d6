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
import java.util.function.IntFunction;

import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to a file, held by a lock on a lock file beside it. POSIX releases
 * the locks of a process when it closes any descriptor of the locked file, so the lock
 * file is never read, and opened once per process.
 */
final class FileLease implements Closeable {

	/** Held by this process. */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	/** Held through another class loader: to close these would end its leases. */
	private static final Map<Path, FileChannel> NOT_OURS = new ConcurrentHashMap<>();

	private static final int MAX_HOLDERS = 64;

	private final String file;

	private final Path lockFile;

	private final FileChannel channel;

	private FileLease(String file, Path lockFile, FileChannel channel) {
		this.file = file;
		this.lockFile = lockFile;
		this.channel = channel;
	}

	/**
	 * Acquires the first free file.
	 * @param folder the folder, which must exist
	 * @param names returns the names to try, by number
	 * @return the lease
	 * @throws IOException if other holders have all files, or a lock file cannot be
	 * written
	 */
	static FileLease acquire(Path folder, IntFunction<String> names) throws IOException {
		for (int number = 0; number < MAX_HOLDERS; number++) {
			FileLease lease = tryAcquire(folder, names.apply(number));
			if (lease != null) {
				return lease;
			}
		}
		throw new IOException("all of " + MAX_HOLDERS + " files in directory " + folder + " are in use");
	}

	String file() {
		return this.file;
	}

	/**
	 * Acquires a file.
	 * @param folder the folder, which must exist
	 * @param file the name of the file in it
	 * @return the lease, or {@code null} if another holder has it
	 * @throws IOException if the lock file cannot be written
	 */
	static @Nullable FileLease tryAcquire(Path folder, String file) throws IOException {
		Path lockFile = folder.toRealPath().resolve("." + file + ".lock");
		if (NOT_OURS.containsKey(lockFile) || !HELD.add(lockFile)) {
			return null;
		}
		FileLease lease = null;
		try {
			lease = lock(file, lockFile);
		}
		finally {
			if (lease == null) {
				HELD.remove(lockFile);
			}
		}
		return lease;
	}

	private static @Nullable FileLease lock(String file, Path lockFile) throws IOException {
		FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		try {
			if (channel.tryLock() != null) {
				return new FileLease(file, lockFile, channel);
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
