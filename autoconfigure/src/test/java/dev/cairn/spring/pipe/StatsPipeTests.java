package dev.cairn.spring.pipe;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.spring.core.JavaProcess;
import dev.cairn.testing.AwaitThreads;
import dev.cairn.testing.LogCapture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

@DisabledOnOs(OS.WINDOWS)
@ExtendWith(AwaitThreads.class)
class StatsPipeTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final String OWN = ProcessHandle.current().pid() + ".stats";

	private static final String LARGE = "orders: 1\n".repeat(100_000);

	private final AtomicInteger snapshots = new AtomicInteger();

	private final LogCapture log = new LogCapture(StatsPipe.class.getName());

	private final List<StatsPipe> pipes = new ArrayList<>();

	@TempDir
	private Path temporary;

	private Path directory;

	@BeforeEach
	void setUp() {
		this.directory = this.temporary.resolve("stats-pipe");
	}

	@AfterEach
	void stop() {
		this.pipes.forEach((pipe) -> pipe.stop(PATIENCE));
		this.log.close();
	}

	private StatsPipe start(String content) {
		return start(content, "mkfifo");
	}

	private StatsPipe start(String content, String mkfifo) {
		StatsPipe pipe = new StatsPipe(this.directory, mkfifo,
				() -> (content + "snapshot: " + this.snapshots.incrementAndGet() + "\n")
					.getBytes(StandardCharsets.UTF_8));
		this.pipes.add(pipe);
		pipe.start();
		return pipe;
	}

	private Path own() {
		Path path = this.directory.resolve(OWN);
		await(path);
		return path;
	}

	private static void await(Path path) {
		Awaitility.await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).until(() -> Files.exists(path));
	}

	private String cat() throws IOException, InterruptedException {
		Process cat = new ProcessBuilder("cat", own().toString()).redirectErrorStream(true).start();
		String output = new String(cat.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(cat.waitFor()).as(output).isZero();
		return output;
	}

	@Test
	void eachReaderGetsASnapshotOfItsOwn() throws Exception {
		start("orders: 17\n");
		assertThat(cat()).isEqualTo("orders: 17\nsnapshot: 1\n");
		assertThat(cat()).isEqualTo("orders: 17\nsnapshot: 2\n");
	}

	@Test
	void onlyTheOwnerCanUseTheFolderAndThePipe() throws Exception {
		start("");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own()))).isEqualTo("rw-------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.directory))).isEqualTo("rwx------");
	}

	@Test
	void aReaderThatVanishesHarmsNobody() throws Exception {
		start(LARGE);
		for (int i = 0; i < 6; i++) {
			try (InputStream reader = new FileInputStream(own().toFile())) {
				assertThat(reader.read()).isPositive();
			}
		}
		assertThat(cat()).startsWith(LARGE);
	}

	@Test
	void readersThatDoNotReadOnDelayNobodyAndAreBounded() throws Exception {
		start(LARGE);
		List<InputStream> slow = new ArrayList<>();
		try {
			for (int i = 0; i < 12; i++) {
				slow.add(new FileInputStream(own().toFile()));
				assertThat(slow.get(i).read()).isPositive();
			}
			assertThat(cat()).startsWith(LARGE);
			assertThat(threads()).hasSizeLessThanOrEqualTo(6);
		}
		finally {
			for (InputStream reader : slow) {
				reader.close();
			}
		}
	}

	@Test
	void endsWhileNoReaderComes() {
		StatsPipe pipe = start("");
		own();
		pipe.stop(PATIENCE);
		assertThat(threads()).isEmpty();
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void endsWhileAReaderDoesNotReadOn() throws Exception {
		StatsPipe pipe = start(LARGE);
		try (InputStream reader = new FileInputStream(own().toFile())) {
			assertThat(reader.read()).isPositive();
			pipe.stop(PATIENCE);
			assertThat(threads()).isEmpty();
		}
		assertThat(this.directory).isEmptyDirectory();
	}

	@Test
	void continuesAfterAPauseAndNotAfterTheEnd() throws Exception {
		StatsPipe pipe = start("");
		own();
		pipe.suspend(PATIENCE);
		assertThat(threads()).isEmpty();
		pipe.resume();
		assertThat(cat()).isEqualTo("snapshot: 1\n");
		pipe.stop(PATIENCE);
		pipe.start();
		assertThat(threads()).isEmpty();
	}

	@Test
	void aSecondContextOfTheProcessHasAPipeOfItsOwn() throws Exception {
		start("first: 1\n");
		own();
		start("second: 2\n");
		Path second = this.directory.resolve(OWN.replace(".stats", "-2.stats"));
		await(second);
		assertThat(Files.readString(second)).contains("second: 2");
		assertThat(cat()).contains("first: 1");
	}

	@Test
	void aPipeOfAKilledProcessIsRemovedAndThatOfALiveOneIsNot() throws Exception {
		Process live = new ProcessBuilder("sleep", "600").start();
		Process killed = new ProcessBuilder("sleep", "600").start();
		try {
			Path kept = mkfifo(live.pid() + ".stats");
			Path stale = mkfifo(killed.pid() + ".stats");
			Path foreign = mkfifo("notes.stats");
			new ProcessBuilder("kill", "-9", String.valueOf(killed.pid())).start().waitFor();
			killed.waitFor();
			start("");
			own();
			assertThat(stale).doesNotExist();
			assertThat(kept).exists();
			assertThat(foreign).exists();
		}
		finally {
			live.destroyForcibly().waitFor();
		}
	}

	@Test
	void aPipeOfAProcessWhoseIdAnotherOneHasGotIsRemoved() throws Exception {
		Process later = new ProcessBuilder("sleep", "600").start();
		try {
			Path stale = mkfifo(later.pid() + ".stats");
			Path own = mkfifo(OWN);
			for (Path pipe : List.of(stale, own)) {
				// Java would open the pipe, and wait
				new ProcessBuilder("touch", "-h", "-d", "yesterday", pipe.toString()).start().waitFor();
			}
			Process waiting = new ProcessBuilder("cat", stale.toString()).start();
			start("");
			assertThat(waiting.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(() -> isRecent(own));
			assertThat(cat()).isEqualTo("snapshot: 1\n");
			assertThat(stale).doesNotExist();
		}
		finally {
			later.destroyForcibly().waitFor();
		}
	}

	@Test
	void aPipeThatAnotherProgramDeletesIsCreatedAgain() throws Exception {
		StatsPipe pipe = start("");
		Path deleted = own();
		Path link = Files.createLink(this.temporary.resolve("link"), deleted);
		Files.delete(deleted);
		assertThat(cat()).isEqualTo("snapshot: 1\n");
		pipe.stop(PATIENCE);
		// Otherwise, its thread would wait for ever
		FileChannel.open(link, StandardOpenOption.READ, StandardOpenOption.WRITE).close();
	}

	@Test
	void aFolderOfAnotherUserIsRefused() throws Exception {
		Path parent = Files.createDirectories(this.temporary.resolve("home"));
		assumeThat(Files.getAttribute(parent, "unix:uid")).as("only root can give a folder away").isEqualTo(0);
		this.directory = Files.createDirectory(parent.resolve("stats-pipe"));
		Files.setAttribute(this.directory, "unix:uid", 4711);
		start("");
		assertOff("belongs to another user");
	}

	@Test
	void aFolderThatOthersCanWriteToIsRefused() throws Exception {
		Files.createDirectory(this.directory);
		Files.setPosixFilePermissions(this.directory, PosixFilePermissions.fromString("rwxrwxrwx"));
		start("");
		assertOff("other users can write to it");
	}

	@Test
	void aLinkToAFolderIsRefused() throws Exception {
		Files.createSymbolicLink(this.directory, Files.createDirectory(this.temporary.resolve("other")));
		start("");
		assertOff("it is no folder");
	}

	@Test
	void withoutTheCommandThereIsOneWarningAndNoPipe() throws Exception {
		start("", "no-such-mkfifo");
		assertOff("Cannot run program");
	}

	@Test
	void withAnEmptyPathThereIsOneWarningAndNoPipe() throws Exception {
		ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				JavaProcess.CLASS_PATH, PipeApplication.class.getName(), this.directory.toString())
			.redirectErrorStream(true);
		builder.environment().put("PATH", "");
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
		assertThat(output).containsOnlyOnce("WARN").contains("cairn.pipe.enabled has no effect").contains("ended");
	}

	private static boolean isRecent(Path path) throws IOException {
		return Files.getLastModifiedTime(path).toInstant().isAfter(Instant.now().minus(Duration.ofHours(1)));
	}

	private void assertOff(String reason) throws IOException {
		Awaitility.await().atMost(PATIENCE).until(() -> !warnings().isEmpty());
		assertThat(warnings()).hasSize(1).first().asString().contains("cairn.pipe.enabled has no effect", reason);
		Awaitility.await().atMost(PATIENCE).until(() -> threads().isEmpty());
		if (Files.isDirectory(this.directory)) {
			try (Stream<Path> entries = Files.list(this.directory)) {
				assertThat(entries).isEmpty();
			}
		}
	}

	private List<String> warnings() {
		return this.log.events().stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	private Path mkfifo(String name) throws IOException, InterruptedException {
		Path path = Files.createDirectories(this.directory).resolve(name);
		assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
		return path;
	}

	static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.map(Thread::getName)
			.filter((name) -> name.startsWith("cairn-pipe"))
			.toList();
	}

}
