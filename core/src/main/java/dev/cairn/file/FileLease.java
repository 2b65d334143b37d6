package dev.cairn.file;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * The exclusive right to a file, held by a lock on a lock file beside it. POSIX releases
 * the locks of a process when it closes any descriptor of the locked file, so the lock
 * file is never read, and opened once per process.
 */
record FileLease(String file, Path lockFile, FileChannel channel) implements Closeable {

	/** Held by this process. */
	private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

	/** Held through another class loader: to close these would end its leases. */
	private static final Map<Path, FileChannel> NOT_OURS = new ConcurrentHashMap<>();

	private static final int MAX_HOLDERS = 64;

	/** Acquires the first free file of those that can be used. */
	static FileLease acquire(Path folder, IntFunction<String> names, Predicate<Path> usable) throws IOException {
		IOException failure = null;
		for (int number = 0; number < MAX_HOLDERS; number++) {
			try {
				FileLease lease = tryAcquire(folder, names.apply(number), usable);
				if (lease != null) {
					return lease;
				}
			}
			catch (FileSystemException ex) {
				failure = ex;
			}
		}
		throw (failure != null) ? failure : new IOException(
				"all of " + MAX_HOLDERS + " files in directory " + folder + " are in use, or cannot be used");
	}

	/** Returns {@code null} if another holder has the file, or it cannot be used. */
	static @Nullable FileLease tryAcquire(Path folder, String file, Predicate<Path> usable) throws IOException {
		if (!usable.test(folder.resolve(file))) {
			return null;
		}
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
		FileChannel channel = PrivateFiles.openToLock(lockFile);
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
