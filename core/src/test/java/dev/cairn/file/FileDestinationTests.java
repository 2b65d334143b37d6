package dev.cairn.file;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Ledger.State;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.AsyncSink;
import dev.cairn.delivery.Channel;
import dev.cairn.delivery.DeliveryOptions;
import dev.cairn.delivery.Destination;
import dev.cairn.delivery.Sink.Outgoing;
import dev.cairn.encoding.MessageEncoder;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import dev.cairn.testing.TestMessages;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link FileDestination} and real files.
 */
@Timeout(120)
@ExtendWith(AwaitThreads.class)
class FileDestinationTests {

	private static final Duration LONG = Duration.ofSeconds(60);

	private static final DeliveryOptions OPTIONS = DeliveryOptions.DEFAULT.withBatches(20, Duration.ofMillis(5))
		.withRetry(Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMinutes(10));

	@TempDir
	private Path temp;

	private final Channel channel = new Accounts().channel("file");

	private final LogCapture log = new LogCapture();

	private final List<AsyncSink> sinks = new ArrayList<>();

	private final List<Process> processes = new ArrayList<>();

	@AfterEach
	void stop() throws Exception {
		this.sinks.forEach((sink) -> sink.stop(Duration.ofSeconds(5)));
		for (Process process : this.processes) {
			process.destroyForcibly().waitFor();
		}
		this.log.close();
	}

	@Test
	void writesOneMessageALine() throws Exception {
		deliver(sink(sender(10_000, 5)), 0, 10);
		assertThat(Files.readString(current())).endsWith("}\n");
		assertThat(numbers(current())).isEqualTo(numbers(0, 10));
	}

	@Test
	void makesTheFolderWhenTheFirstMessageComes() throws Exception {
		AsyncSink sink = sink(sender(10_000, 5));
		assertThat(folder()).doesNotExist();
		deliver(sink, 0, 1);
		assertThat(current()).exists();
	}

	@Test
	void writesIntoAFolderThatIsALink() throws Exception {
		Path real = Files.createDirectory(this.temp.resolve("real"));
		Files.createSymbolicLink(folder(), real);
		deliver(sink(sender(10_000, 5)), 0, 1);
		assertThat(real.resolve("events.jsonl")).exists();
	}

	@Test
	void goesOnInAFileThatIsThere() throws Exception {
		AsyncSink first = sink(sender(10_000, 5));
		deliver(first, 0, 2);
		first.stop(LONG);
		deliver(sink(sender(10_000, 5)), 2, 4);
		assertThat(numbers(current())).isEqualTo(numbers(0, 4));
	}

	@Test
	void rollsOverWhenAFileIsLarge() throws Exception {
		deliver(sink(sender(4096, 100)), 0, 100);
		List<Path> files = files();
		assertThat(files).hasSizeGreaterThan(5);
		List<Integer> all = new ArrayList<>();
		for (Path file : files) {
			assertThat(Files.size(file)).isLessThanOrEqualTo(4096);
			all.addAll(numbers(file));
		}
		assertThat(all).isEqualTo(numbers(0, 100));
		assertThat(this.channel.balance().delivered()).isEqualTo(100);
	}

	@Test
	void rollsOverAFileThatIsLargeFromTheStart() throws Exception {
		Files.createDirectory(folder());
		Files.writeString(current(), "{\"fields\":{\"n\":-1}}\n" + "x".repeat(5000) + "\n");
		deliver(sink(sender(4096, 100)), 0, 1);
		assertThat(numbers(current())).containsExactly(0);
		assertThat(files()).hasSize(2);
	}

	@Test
	void deletesTheOldestFiles() throws Exception {
		deliver(sink(sender(4096, 3)), 0, 200);
		assertThat(files()).hasSize(3);
		List<Integer> kept = new ArrayList<>();
		for (Path file : files()) {
			kept.addAll(numbers(file));
		}
		assertThat(kept).isEqualTo(numbers(200 - kept.size(), 200));
	}

	@Test
	void keepsOneFileWhenThatIsTheLimit() throws Exception {
		deliver(sink(sender(4096, 1)), 0, 100);
		assertThat(files()).containsExactly(current());
	}

	@Test
	void deletesNoFileOfOthers() throws Exception {
		Files.createDirectory(folder());
		List<String> others = List.of("events.schema.json", "events.20260131.jsonl", "events.jsonl.gz", "events.md",
				"events-1.20260131-235959-000001.jsonl", "events.20260131-235959-000001.jsonl.gz");
		for (String other : others) {
			Files.writeString(folder().resolve(other), "mine");
		}
		deliver(sink(sender(4096, 1)), 0, 100);
		for (String other : others) {
			assertThat(folder().resolve(other)).hasContent("mine");
		}
	}

	@Test
	void takesBackHalfALineThatACrashHasLeft() throws Exception {
		Files.createDirectory(folder());
		Files.writeString(current(), "{\"fields\":{\"n\":-1}}\n{\"fields\":{\"n\"");
		deliver(sink(sender(10_000, 5)), 0, 1);
		assertThat(numbers(current())).containsExactly(-1, 0);
	}

	@Test
	void takesBackHalfALineThatIsAllThereIs() throws Exception {
		Files.createDirectory(folder());
		Files.writeString(current(), "{\"fields\":");
		deliver(sink(sender(10_000, 5)), 0, 1);
		assertThat(numbers(current())).containsExactly(0);
	}

	@Test
	void doesNotTakeBackWhatIsLongerThanAnyLine() throws Exception {
		Files.createDirectory(folder());
		String precious = "x".repeat(3_000_000);
		Files.writeString(current(), precious);
		deliver(sink(sender(10_000_000, 5)), 0, 1);
		List<String> lines = Files.readAllLines(current());
		assertThat(lines).hasSize(2);
		assertThat(lines.get(0)).isEqualTo(precious);
	}

	@Test
	void makesANewFileWhenItsOwnIsDeleted() throws Exception {
		AsyncSink sink = sink(sender(10_000, 5));
		deliver(sink, 0, 1);
		Files.delete(current());
		deliver(sink, 1, 3);
		assertThat(numbers(current())).containsExactly(1, 2);
	}

	@Test
	void goesOnInTheFileThatWasPutInThePlaceOfItsOwn() throws Exception {
		AsyncSink sink = sink(sender(10_000, 5));
		deliver(sink, 0, 1);
		Files.move(current(), folder().resolve("moved-away"));
		Files.createFile(current());
		deliver(sink, 1, 3);
		assertThat(numbers(current())).containsExactly(1, 2);
	}

	@Test
	void makesANewFolderWhenItsOwnIsDeleted() throws Exception {
		AsyncSink sink = sink(sender(10_000, 5));
		deliver(sink, 0, 1);
		try (Stream<Path> files = Files.list(folder())) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		Files.delete(folder());
		deliver(sink, 1, 2);
		assertThat(numbers(current())).containsExactly(1);
	}

	@Test
	void goesOnAfterAnInterrupt() throws Exception {
		FileDestination sender = sender(10_000, 5);
		AtomicBoolean interrupt = new AtomicBoolean();
		AsyncSink sink = sink(new Destination() {

			@Override
			public void submit(List<dev.cairn.delivery.Delivery> batch) throws Exception {
				if (interrupt.compareAndSet(true, false)) {
					Thread.currentThread().interrupt();
				}
				sender.submit(batch);
			}

			@Override
			public void close() throws Exception {
				sender.close();
			}

		});
		deliver(sink, 0, 1);
		interrupt.set(true);
		deliver(sink, 1, 2);
		deliver(sink, 2, 3);
		assertThat(numbers(current())).containsExactly(0, 1, 2);
	}

	@Test
	void givesEachSenderOfAProcessAFileOfItsOwn() throws Exception {
		AsyncSink first = sink(sender(10_000, 5));
		AsyncSink second = sink(sender(10_000, 5));
		deliver(first, 0, 1);
		deliver(second, 1, 2);
		deliver(first, 2, 3);
		deliver(second, 3, 4);
		assertThat(numbers(current())).containsExactly(0, 2);
		assertThat(numbers(folder().resolve("events-1.jsonl"))).containsExactly(1, 3);
	}

	@Test
	void takesTheFileOfASenderThatWasClosed() throws Exception {
		AsyncSink first = sink(sender(10_000, 5));
		AsyncSink second = sink(sender(10_000, 5));
		deliver(first, 0, 1);
		deliver(second, 1, 2);
		first.stop(LONG);
		deliver(sink(sender(10_000, 5)), 2, 3);
		assertThat(numbers(current())).containsExactly(0, 2);
	}

	@Test
	void givesEachProcessAFileOfItsOwn() throws Exception {
		Process other = process(3);
		assertThat(other.inputReader().readLine()).isEqualTo("3 {}");
		deliver(sink(sender(10_000, 5)), 100, 102);
		assertThat(numbers(current())).isEqualTo(numbers(0, 3));
		assertThat(numbers(folder().resolve("events-1.jsonl"))).isEqualTo(numbers(100, 102));
	}

	@Test
	void keepsItsFileFromOtherProcessesThoughItIsReadAndWantedInThisOne() throws Exception {
		deliver(sink(sender(10_000, 5)), 0, 1);
		deliver(sink(sender(10_000, 5)), 1, 2);
		assertThat(Files.readAllLines(current())).hasSize(1);
		Process other = process(3);
		assertThat(other.inputReader().readLine()).isEqualTo("3 {}");
		assertThat(numbers(current())).containsExactly(0);
		assertThat(numbers(folder().resolve("events-1.jsonl"))).containsExactly(1);
		assertThat(numbers(folder().resolve("events-2.jsonl"))).isEqualTo(numbers(0, 3));
	}

	@Test
	void leavesItsFileToOthersWhenItsProcessIsKilled() throws Exception {
		Process other = process(3);
		assertThat(other.inputReader().readLine()).isEqualTo("3 {}");
		other.destroyForcibly().waitFor();
		deliver(sink(sender(10_000, 5)), 3, 5);
		assertThat(numbers(current())).isEqualTo(numbers(0, 5));
	}

	/** A limit on the size of files refuses what is written, as a full disk does. */
	@Test
	@EnabledOnOs(OS.LINUX)
	void triesAgainWhenTheDiskIsFull() throws Exception {
		AsyncSink sink = sink(sender(10_000, 5));
		try {
			limitFilesOfThisProcess("0");
			offer(sink, 0, 10);
			Awaitility.await().atMost(LONG).until(() -> this.channel.balance().state() == State.DOWN);
			assertThat(this.channel.balance().lastError()).contains("File too large");
			assertThat(this.log.warnings()).hasSize(1);
		}
		finally {
			limitFilesOfThisProcess("unlimited");
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(numbers(current())).isEqualTo(numbers(0, 10));
		assertThat(this.channel.balance().delivered()).isEqualTo(10);
	}

	private static void limitFilesOfThisProcess(String size) throws Exception {
		String pid = Long.toString(ProcessHandle.current().pid());
		assertThat(new ProcessBuilder("prlimit", "--pid", pid, "--fsize=" + size + ":unlimited").start().waitFor())
			.isZero();
	}

	@Test
	@DisabledOnOs(OS.WINDOWS)
	void followsNoLinkAndLeavesWhatIsInTheWay() throws Exception {
		Files.createDirectory(folder());
		Path victim = Files.writeString(this.temp.resolve("victim"), "precious");
		Files.createSymbolicLink(current(), victim);
		AsyncSink sink = sink(sender(10_000, 5));
		offer(sink, 0, 3);
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(victim).hasContent("precious");
		assertThat(numbers(folder().resolve("events-1.jsonl"))).isEqualTo(numbers(0, 3));
	}

	/** A limit on the size of files ends a write in the middle, as a full disk does. */
	@Test
	@DisabledOnOs(OS.WINDOWS)
	void leavesNoHalfLineWhenTheDiskGetsFull() throws Exception {
		Process limited = FileWriterProcess.start(folder(), 200, "sh", "-c", "ulimit -f 20; exec \"$@\"", "sh");
		this.processes.add(limited);
		String outcome;
		try (BufferedReader reader = limited.inputReader()) {
			outcome = reader.readLine();
		}
		List<Integer> written = numbers(current());
		assertThat(Files.readString(current())).endsWith("}\n");
		assertThat(written).isNotEmpty().isEqualTo(numbers(0, written.size())).hasSizeLessThan(200);
		assertThat(outcome).isEqualTo(written.size() + " {EXPIRED=" + (200 - written.size()) + "}");
	}

	@Test
	void dropsWhatDoesNotFitIntoALineAndWritesTheOthers() throws Exception {
		MessageEncoder json = MessageEncoder.cairn(Redactor.DEFAULT);
		AsyncSink sink = sink(
				new FileDestination(folder(),
						(message, maxBytes) -> json.encode(message,
								Integer.valueOf(1).equals(message.fields().get("n")) ? 100 : maxBytes),
						1024, 10_000, 5));
		deliver(sink, 0, 3);
		assertThat(numbers(current())).containsExactly(0, 2);
		assertThat(this.channel.balance().dropped()).isEqualTo(Map.of(DropReason.OVERSIZE, 1L));
	}

	@Test
	void writesBatchesThatAreLargerThanItsMemory() throws Exception {
		AsyncSink sink = sink(
				new FileDestination(folder(), MessageEncoder.cairn(Redactor.DEFAULT), 262_144, 100_000_000, 5));
		for (int n = 0; n < 20; n++) {
			offer(sink, TestMessages.builder("a").field("n", n).payload("x".repeat(200_000)).build());
		}
		assertThat(sink.flush(LONG)).isTrue();
		assertThat(numbers(current())).isEqualTo(numbers(0, 20));
	}

	@Test
	void refusesAFileThatHoldsNoMessage() {
		assertThatIllegalArgumentException().isThrownBy(() -> sender(100, 5))
			.withMessageContaining("1024")
			.withMessageContaining("100");
		assertThatIllegalArgumentException().isThrownBy(() -> sender(10_000, 0)).withMessageContaining("0 files");
	}

	private FileDestination sender(long maxFileSize, int maxFiles) {
		return new FileDestination(folder(), MessageEncoder.cairn(Redactor.DEFAULT), 1024, maxFileSize, maxFiles);
	}

	private AsyncSink sink(Destination sender) {
		AsyncSink sink = new AsyncSink(this.channel, sender, OPTIONS);
		sink.start();
		this.sinks.add(sink);
		return sink;
	}

	private void deliver(AsyncSink sink, int from, int to) {
		offer(sink, from, to);
		assertThat(sink.flush(LONG)).isTrue();
	}

	private void offer(AsyncSink sink, int from, int to) {
		for (int n = from; n < to; n++) {
			offer(sink, TestMessages.numbered(n));
		}
	}

	private void offer(AsyncSink sink, Message message) {
		this.channel.offered();
		sink.offer(new Outgoing(message));
	}

	private Process process(int messages) throws IOException {
		Process process = FileWriterProcess.start(folder(), messages);
		this.processes.add(process);
		return process;
	}

	private Path folder() {
		return this.temp.resolve("events");
	}

	private Path current() {
		return folder().resolve("events.jsonl");
	}

	/** Return all files with lines, the oldest first; the current one is the last. */
	private List<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(folder())) {
			return files.filter((file) -> file.toString().endsWith(".jsonl")).sorted().toList();
		}
	}

	private static List<Integer> numbers(Path file) throws IOException {
		return Files.readAllLines(file)
			.stream()
			.filter((line) -> line.startsWith("{"))
			.map((line) -> JsonMapper.shared().readTree(line).get("fields").get("n").asInt())
			.toList();
	}

	private static List<Integer> numbers(int from, int to) {
		return IntStream.range(from, to).boxed().toList();
	}

}
