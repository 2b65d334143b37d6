package dev.cairn.file;

import java.io.Closeable;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.BiPredicate;

import dev.cairn.Message;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Spool;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.encoding.MessageEncoder;
import org.jspecify.annotations.Nullable;

/**
 * The destinations that need no client (files, standard output and datagrams), and the
 * files of other destinations: the spool and the dead letters.
 */
public final class Destinations {

	private Destinations() {
	}

	/**
	 * Returns a destination that appends a line for each message to a file, which rolls
	 * over when it is full. The folder is created with the first message. Several
	 * processes may share a folder: each writes files of its own.
	 * @param folder the folder of the files
	 * @param encoder writes the lines
	 * @param maxBytes the maximum length of a line
	 * @param maxFileSize the size at which a file rolls over, in bytes
	 * @param maxFiles the number of files to keep, including the current one
	 * @return the destination
	 * @throws IllegalArgumentException if a file cannot hold a line of the maximum length
	 */
	public static Destination files(Path folder, MessageEncoder encoder, int maxBytes, long maxFileSize, int maxFiles) {
		return new FileDestination(folder, encoder, maxBytes, maxFileSize, maxFiles);
	}

	/**
	 * Returns a destination that writes a line for each message to standard output. It
	 * bypasses {@link System#out}, which hides errors.
	 * @param encoder writes the lines
	 * @param maxBytes the maximum length of a line
	 * @return the destination
	 */
	public static Destination stdout(MessageEncoder encoder, int maxBytes) {
		return new StreamDestination(new FileOutputStream(FileDescriptor.out), encoder, maxBytes);
	}

	/**
	 * Returns a destination that sends a datagram for each message.
	 * @param host the host of the receiver, resolved again after each failure
	 * @param port the port of the receiver
	 * @param encoder writes the datagrams
	 * @param maxBytes the maximum size of a message
	 * @return the destination
	 */
	public static Destination udp(String host, int port, MessageEncoder encoder, int maxBytes) {
		return new UdpDestination(host, port, encoder, maxBytes);
	}

	/**
	 * Returns a destination that sends each message to a syslog server, in the format of
	 * RFC 5424.
	 * @param address the server: {@code udp://host:514}, with a datagram for each message
	 * (RFC 5426), or {@code tcp://host:514}, with the length in front of each message
	 * (RFC 6587). The port is 514 by default. The parameter {@code facility} is the
	 * number of the facility, 0 to 23, by default 1 (user)
	 * @param text writes the texts of the messages
	 * @param maxBytes the maximum size of a message
	 * @return the destination
	 * @throws IllegalArgumentException if it is no such address
	 */
	public static Destination syslog(URI address, MessageEncoder text, int maxBytes) {
		return SyslogAddress.of(address).destination(text, maxBytes);
	}

	/**
	 * Creates a folder that only its owner can use, and those above it, unless they
	 * exist.
	 * @param folder the folder
	 * @throws IOException if it cannot be created
	 */
	public static void createFolder(Path folder) throws IOException {
		PrivateFiles.createFolder(folder);
	}

	/**
	 * Acquires the exclusive right to write a folder, among all processes and class
	 * loaders of this host. It is held by a lock on the file <code>.name.lock</code>.
	 * @param folder the folder, which exists
	 * @param name the name of the right
	 * @return releases the right; {@code null} if it is held already
	 * @throws IOException if the file cannot be created
	 */
	public static @Nullable Closeable tryLease(Path folder, String name) throws IOException {
		return FileLease.tryAcquire(folder, name, (file) -> true);
	}

	/**
	 * Returns the file for the dead letters of another destination: lines of JSON,
	 * <code>{"reason": ..., "message": {...}}</code>. It is created with the first
	 * letter. Processes may share a file. Thread-safe.
	 * @param file the file
	 * @param maxBytes the maximum size of the file; what exceeds it is not kept
	 * @param codec writes the messages
	 * @return receives a message with the reason why it was rejected, and returns whether
	 * it is kept
	 */
	public static BiPredicate<Message, String> deadLetters(Path file, long maxBytes, MessageCodec codec) {
		return new DeadLetterFile(file, maxBytes, codec)::keep;
	}

	/**
	 * Returns a temporary file for messages that are not for a destination yet.
	 * @param directory the folder for all processes
	 * @param maxBytes the maximum size of the file
	 * @param codec writes the messages
	 * @return the messages on disk
	 */
	public static Spool.DeferredMessages deferredMessages(Path directory, long maxBytes, MessageCodec codec) {
		return new DeferredMessagesFile(directory, maxBytes, codec);
	}

	/**
	 * Returns a spool. Nothing is written before it is opened.
	 * @param directory the folder for all processes
	 * @param name the name of the service
	 * @param maxBytes the maximum size of the files of this process
	 * @param channel counts damaged records
	 * @return the spool
	 */
	public static Spool spool(Path directory, String name, long maxBytes, Channel channel) {
		return new FileSpool(directory, name, maxBytes, channel);
	}

}
