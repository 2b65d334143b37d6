package dev.cairn.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A command that prints the messages in a spool: <pre>
 * java -cp cairn-core.jar dev.cairn.file.SpoolCommand cairn-spool
 * </pre> Prints undelivered messages as lines of JSON, the oldest of each process first,
 * and their number to standard error. With {@code --count} it prints only the number, to
 * standard output. It writes and locks nothing, so it can run while the service runs, and
 * needs no other library. With {@code --resend} it moves the dead letters to the spool,
 * from which the next process of the service sends them; that requires SLF4J.
 */
public final class SpoolCommand {

	private static final String USAGE = "Usage: java -cp cairn-core.jar " + SpoolCommand.class.getName()
			+ " <directory> [--count | --resend]";

	private static final Pattern PROCESS_FOLDER = Pattern.compile(".+-\\d\\d?");

	private static final String ALL = "*";

	private static final String SEGMENTS = "*.spool";

	private final PrintStream messages;

	private final PrintStream report;

	private SpoolCommand(PrintStream messages, PrintStream report) {
		this.messages = messages;
		this.report = report;
	}

	/**
	 * Runs the command. Exits with 0 on success, 1 if the spool cannot be read, and 2 if
	 * the arguments are invalid or the directory is not a spool.
	 * @param args the directory of the spool, and optionally {@code --count} or
	 * {@code --resend}
	 */
	public static void main(String[] args) {
		PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, StandardCharsets.UTF_8);
		int status = run(args, out, System.err);
		out.flush();
		System.exit(status);
	}

	static int run(String[] args, PrintStream out, PrintStream err) {
		List<String> words = new ArrayList<>(List.of(args));
		boolean count = words.remove("--count");
		boolean resend = words.remove("--resend");
		if (words.size() != 1 || words.get(0).startsWith("-")) {
			err.println(USAGE);
			return 2;
		}
		Path directory = Path.of(words.get(0));
		try {
			if (resend) {
				return resend(directory, err);
			}
			List<Path> folders = folders(directory);
			if (folders.isEmpty()) {
				err.println(directory + (Files.isDirectory(directory)
						? " is not a spool: it has no directory of a process, such as shop-0" : " is not a directory"));
				return 2;
			}
			PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
			new SpoolCommand(count ? nowhere : out, count ? out : err).show(folders);
			return 0;
		}
		catch (IOException ex) {
			err.println("Cannot read " + directory + ": " + ex);
			return 1;
		}
	}

	private static int resend(Path directory, PrintStream err) throws IOException {
		if (Files.isDirectory(directory) && DeadLetterResend.run(directory, err)) {
			return 0;
		}
		err.println(directory + " has no dead letters");
		return 2;
	}

	/** Returns the folders of all processes, or the given folder of one process. */
	private static List<Path> folders(Path directory) throws IOException {
		if (!Files.isDirectory(directory)) {
			return List.of();
		}
		List<Path> folders = list(directory, ALL).stream().filter(SpoolCommand::isProcessFolder).toList();
		return (folders.isEmpty() && !list(directory, SEGMENTS).isEmpty()) ? List.of(directory) : folders;
	}

	private static boolean isProcessFolder(Path path) {
		return PROCESS_FOLDER.matcher(path.getFileName().toString()).matches() && Files.isDirectory(path);
	}

	private static List<Path> list(Path directory, String glob) throws IOException {
		List<Path> found = new ArrayList<>();
		try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, glob)) {
			paths.forEach(found::add);
		}
		Collections.sort(found);
		return found;
	}

	private void show(List<Path> folders) throws IOException {
		Count all = new Count();
		for (Path folder : folders) {
			Count count = new Count();
			for (Path segment : list(folder, SEGMENTS)) {
				show(segment, count);
			}
			this.report.println(folder.toRealPath().getFileName() + ": " + count);
			all.add(count);
		}
		if (folders.size() > 1) {
			this.report.println("all: " + all);
		}
	}

	private void show(Path segment, Count count) throws IOException {
		byte[] content;
		try {
			content = Files.readAllBytes(segment);
		}
		catch (NoSuchFileException ex) {
			// Delivered in the meantime
			return;
		}
		int from = (int) Math.min(Segment.startOf(content), content.length);
		for (int to = from; to < content.length; to++) {
			if (content[to] == '\n') {
				show(Arrays.copyOfRange(content, from, to), count);
				from = to + 1;
			}
		}
		if (from < content.length) {
			count.unfinished++;
		}
	}

	private void show(byte[] line, Count count) {
		byte[] rec = SpoolLine.recordOf(line);
		if (rec == null) {
			count.damaged++;
			return;
		}
		count.waiting++;
		this.messages.write(rec, 0, rec.length);
		this.messages.write('\n');
	}

	/** The numbers of records. */
	private static final class Count {

		private long waiting;

		private long damaged;

		/** Lines that are being written, or were when the process was killed. */
		private long unfinished;

		void add(Count other) {
			this.waiting += other.waiting;
			this.damaged += other.damaged;
			this.unfinished += other.unfinished;
		}

		@Override
		public String toString() {
			return this.waiting + " waiting, " + this.damaged + " damaged, " + this.unfinished + " unfinished";
		}

	}

}
