package dev.cairn.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * Creates files and folders that only their owner can read, and refuses those that are
 * links or belong to other users, if the file system has permissions.
 */
final class PrivateFiles {

	private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");

	private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");

	private static final Path STATUS = Path.of("/proc/self/status");

	/** As in {@code Uid: real effective saved file}. */
	private static final Pattern UID = Pattern.compile("Uid:\\s+\\d+\\s+(\\d+).*");

	private static final String OWNER = "unix:uid";

	private static final @Nullable Integer USER = user();

	private PrivateFiles() {
	}

	private static @Nullable Integer user() {
		try {
			return Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)
				.stream()
				.map(UID::matcher)
				.filter(Matcher::matches)
				.map((matcher) -> Integer.valueOf(matcher.group(1)))
				.findFirst()
				.orElse(null);
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	/** Creates a folder, and those above it, unless they exist. */
	static void createFolder(@Nullable Path folder) throws IOException {
		if (folder != null && !Files.isDirectory(folder)) {
			Files.createDirectories(folder, attributes(folder, FOLDER));
		}
	}

	private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
		return hasPermissions(path) ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(permissions) }
				: new FileAttribute<?>[0];
	}

	static boolean hasPermissions(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

	/** Returns whether there is nothing, or a folder that this user can use. */
	static boolean isFolderOrFree(Path folder) {
		return isFree(folder) || (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS) && isOwn(folder)
				&& Files.isReadable(folder) && Files.isWritable(folder) && Files.isExecutable(folder));
	}

	/** Returns whether there is nothing, or a file of this user. */
	static boolean isFileOrFree(Path file) {
		return isFree(file) || (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && isOwn(file));
	}

	private static boolean isFree(Path path) {
		return !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
	}

	/** Returns whether a file belongs to this user, or this user may use all files. */
	static boolean isOfUser(Path path) {
		return USER == null || USER == 0 || USER.equals(ownerOf(path));
	}

	/** The owner of the folder may be that of all files of a mounted volume. */
	private static boolean isOwn(Path path) {
		Integer owner = ownerOf(path);
		return USER == null || owner == null || owner.equals(USER)
				|| owner.equals(ownerOf(path.toAbsolutePath().getParent()));
	}

	private static @Nullable Integer ownerOf(@Nullable Path path) {
		try {
			return (path != null) ? (Integer) Files.getAttribute(path, OWNER, LinkOption.NOFOLLOW_LINKS) : null;
		}
		catch (IOException | RuntimeException ex) {
			return null;
		}
	}

	/** Creates a file, or makes an existing file of this user private. */
	static void createFile(Path file) throws IOException {
		try {
			Files.createFile(file, attributes(file, FILE));
		}
		catch (FileAlreadyExistsException ex) {
			check(file);
		}
	}

	private static void check(Path file) throws IOException {
		if (!isFileOrFree(file)) {
			throw new FileSystemException(file.toString(), null, "it is no file, or belongs to another user");
		}
		if (hasPermissions(file) && !Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS).equals(FILE)) {
			Files.setPosixFilePermissions(file, FILE);
		}
	}

	/** Appends to a file, and creates it unless it exists. */
	static void append(Path file, byte[] bytes) throws IOException {
		createFile(file);
		try (FileChannel channel = open(file, StandardOpenOption.APPEND)) {
			ByteBuffer rest = ByteBuffer.wrap(bytes);
			while (rest.hasRemaining()) {
				channel.write(rest);
			}
		}
	}

	/** Opens a file, and creates it unless it exists. */
	static FileChannel openToLock(Path file) throws IOException {
		createFile(file);
		return open(file, StandardOpenOption.WRITE);
	}

	private static FileChannel open(Path file, OpenOption option) throws IOException {
		return FileChannel.open(file, option, LinkOption.NOFOLLOW_LINKS);
	}

}
