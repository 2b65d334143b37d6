package dev.cairn.file;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

import dev.cairn.delivery.Accounts;
import org.jspecify.annotations.Nullable;

/**
 * Moves the dead letters of all services to their spools, from which the next process of
 * a service sends them.
 */
final class DeadLetterResend {

	private static final String LETTERS = ".dead-letters.jsonl";

	/** An interrupted command leaves it over; its messages may be sent twice. */
	private static final String TAKEN = LETTERS + ".resending";

	private static final String REASON = "{\"reason\":\"";

	private static final String MESSAGE = "\",\"message\":";

	private DeadLetterResend() {
	}

	/** Returns whether there were dead letters. */
	static boolean run(Path directory, PrintStream report) throws IOException {
		boolean found = false;
		for (String suffix : List.of(TAKEN, LETTERS)) {
			try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + suffix)) {
				for (Path file : files) {
					String name = file.getFileName().toString();
					resend(directory, file, name.substring(0, name.length() - suffix.length()), report);
					found = true;
				}
			}
		}
		return found;
	}

	/** Processes that write dead letters meanwhile begin a new file. */
	private static void resend(Path directory, Path file, String service, PrintStream report) throws IOException {
		Path taken = file.resolveSibling(service + TAKEN);
		if (!file.equals(taken)) {
			Files.move(file, taken, StandardCopyOption.ATOMIC_MOVE);
		}
		List<byte[]> records = new ArrayList<>();
		long unreadable = 0;
		for (String line : Files.readAllLines(taken)) {
			String message = messageOf(line);
			if (message != null) {
				records.add(message.getBytes(StandardCharsets.UTF_8));
			}
			else {
				unreadable++;
			}
		}
		if (!records.isEmpty()) {
			try (FileSpool spool = new FileSpool(directory, service, Long.MAX_VALUE, new Accounts().channel("kafka"))) {
				spool.open();
				spool.append(records, true);
			}
		}
		Files.delete(taken);
		report.println(service + ": " + records.size() + " dead letters will be sent again, " + unreadable
				+ " are unreadable");
	}

	/** Returns the message of a line of the {@link DeadLetterFile}. */
	private static @Nullable String messageOf(String line) {
		int end = line.startsWith(REASON) ? REASON.length() : line.length();
		while (end < line.length() && line.charAt(end) != '"') {
			end += (line.charAt(end) == '\\') ? 2 : 1;
		}
		int start = end + MESSAGE.length();
		return (line.startsWith(MESSAGE, end) && line.endsWith("}}")) ? line.substring(start, line.length() - 1) : null;
	}

}
