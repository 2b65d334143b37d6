package dev.cairn.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import dev.cairn.ApplicationFrames;
import dev.cairn.Message;
import dev.cairn.delivery.Accounts;
import dev.cairn.delivery.Channel;
import dev.cairn.encoding.MessageCodec;
import dev.cairn.redaction.Redactor;
import dev.cairn.testing.TestMessages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SpoolCommand}.
 */
class SpoolCommandTests {

	@TempDir
	private Path directory;

	private final Channel channel = new Accounts().channel("kafka");

	private final ByteArrayOutputStream out = new ByteArrayOutputStream();

	private final ByteArrayOutputStream err = new ByteArrayOutputStream();

	@Test
	void showsWhatIsNotDeliveredYetWhileTheServiceRuns() throws Exception {
		try (FileSpool shop = open("shop"); FileSpool billing = open("billing")) {
			shop.append(records(5, 10), false);
			shop.prepend(records(0, 5));
			shop.peek(7);
			shop.remove(7);
			billing.append(records(20, 22), true);
			Map<Path, FileTime> before = files();
			assertThat(run(this.directory.toString())).isZero();
			assertThat(this.out.toString(StandardCharsets.UTF_8))
				.isEqualTo("{\"ü\":20}\n{\"ü\":21}\n{\"ü\":7}\n{\"ü\":8}\n{\"ü\":9}\n");
			assertThat(this.err.toString(StandardCharsets.UTF_8)).isEqualToNormalizingNewlines("""
					billing-0: 2 waiting, 0 damaged, 0 unfinished
					shop-0: 3 waiting, 0 damaged, 0 unfinished
					all: 5 waiting, 0 damaged, 0 unfinished
					""");
			assertThat(files()).isEqualTo(before);
			assertThat(shop.peek(10)).hasSize(3);
		}
	}

	@Test
	void resendsDeadLetters() throws Exception {
		MessageCodec codec = new MessageCodec(Redactor.DEFAULT, ApplicationFrames.DEFAULT, 262_144);
		Path letters = this.directory.resolve("shop.dead-letters.jsonl");
		BiPredicate<Message, String> dead = Destinations.deadLetters(letters, 1_000_000, codec);
		Message first = TestMessages.builder("a").field("quoted", "\"message\":{}\\").build();
		Message second = TestMessages.text("}}");
		assertThat(dead.test(first, "a \"quoted\" reason\\")).isTrue();
		assertThat(dead.test(second, "\",\"message\":")).isTrue();
		Files.writeString(letters, "damaged\n", StandardOpenOption.APPEND);
		assertThat(run(this.directory.toString(), "--resend")).isZero();
		assertThat(this.err.toString(StandardCharsets.UTF_8))
			.isEqualToNormalizingNewlines("shop: 2 dead letters will be sent again, 1 are unreadable\n");
		try (FileSpool shop = open("shop")) {
			assertThat(shop.peek(10)).extracting(codec::read)
				.extracting(Message::id)
				.containsExactly(first.id(), second.id());
		}
		assertThat(letters).doesNotExist();
		assertThat(run(this.directory.toString(), "--resend")).isEqualTo(2);
	}

	@Test
	void countsOnly() throws Exception {
		try (FileSpool shop = open("shop")) {
			shop.append(records(0, 3), false);
			assertThat(run(this.directory.toString(), "--count")).isZero();
		}
		assertThat(this.out.toString(StandardCharsets.UTF_8))
			.isEqualToNormalizingNewlines("shop-0: 3 waiting, 0 damaged, 0 unfinished\n");
		assertThat(this.err.size()).isZero();
	}

	@Test
	void countsWhatIsDamagedOrUnfinished() throws Exception {
		try (FileSpool shop = open("shop")) {
			shop.append(records(0, 3), false);
		}
		Path segment = segment();
		String content = Files.readString(segment);
		Files.writeString(segment, content.replace(":1}", ":7}") + "0123abcd {\"ha");
		assertThat(run(this.directory.resolve("shop-0").toString())).isZero();
		assertThat(this.out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"ü\":0}\n{\"ü\":2}\n");
		assertThat(this.err.toString(StandardCharsets.UTF_8))
			.isEqualToNormalizingNewlines("shop-0: 2 waiting, 1 damaged, 1 unfinished\n");
	}

	@Test
	void readsFromTheBeginningWhereTheFirstLineIsDamaged() throws Exception {
		try (FileSpool shop = open("shop")) {
			shop.append(records(0, 3), false);
			shop.peek(1);
			shop.remove(1);
		}
		Path segment = segment();
		Files.write(segment, new byte[] { '?' }, StandardOpenOption.WRITE);
		assertThat(run(this.directory.toString())).isZero();
		assertThat(this.out.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
		for (String content : List.of("", "cairn-sp", "cairn-spool 1 999999999999\n")) {
			Files.writeString(segment, content);
			this.out.reset();
			assertThat(run(this.directory.toString())).isZero();
			assertThat(this.out.size()).isZero();
		}
	}

	@Test
	void printsWhatIsWrong() throws Exception {
		assertThat(run()).isEqualTo(2);
		assertThat(run("one", "two")).isEqualTo(2);
		assertThat(run("--help")).isEqualTo(2);
		Files.createDirectory(this.directory.resolve("junit-5123"));
		assertThat(run(this.directory.toString())).isEqualTo(2);
		assertThat(run(this.directory.resolve("nowhere").toString())).isEqualTo(2);
		assertThat(this.out.size()).isZero();
		assertThat(this.err.toString(StandardCharsets.UTF_8).lines().toList()).hasSize(5).satisfies((lines) -> {
			assertThat(lines.subList(0, 3)).allMatch((line) -> line.startsWith("Usage: java -cp cairn-core.jar dev."));
			assertThat(lines.get(3)).endsWith(" is not a spool: it has no directory of a process, such as shop-0");
			assertThat(lines.get(4)).endsWith("nowhere is not a directory");
		});
	}

	@Test
	void needsNoOtherLibrary() throws Exception {
		try (FileSpool shop = open("shop")) {
			shop.append(records(0, 3), false);
		}
		Path classes = Path.of(SpoolCommand.class.getProtectionDomain().getCodeSource().getLocation().toURI());
		Path output = this.directory.resolve("output");
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classes.toString(), SpoolCommand.class.getName(), this.directory.toString())
			.redirectErrorStream(true)
			.redirectOutput(output.toFile())
			.start();
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(Files.readAllLines(output)).contains("{\"ü\":0}", "shop-0: 3 waiting, 0 damaged, 0 unfinished")
			.hasSize(4);
		assertThat(process.exitValue()).isZero();
	}

	private FileSpool open(String name) throws IOException {
		FileSpool spool = new FileSpool(this.directory, name, 1_000_000, this.channel);
		spool.open();
		return spool;
	}

	private int run(String... args) {
		return SpoolCommand.run(args, new PrintStream(this.out, true, StandardCharsets.UTF_8),
				new PrintStream(this.err, true, StandardCharsets.UTF_8));
	}

	private Path segment() throws IOException {
		return files().keySet().stream().filter((path) -> path.toString().endsWith(".spool")).findFirst().orElseThrow();
	}

	private Map<Path, FileTime> files() throws IOException {
		Map<Path, FileTime> files = new TreeMap<>();
		try (Stream<Path> paths = Files.walk(this.directory)) {
			for (Path path : paths.toList()) {
				files.put(path, Files.getLastModifiedTime(path));
			}
		}
		return files;
	}

	private static List<byte[]> records(int from, int to) {
		return IntStream.range(from, to)
			.mapToObj((number) -> ("{\"ü\":" + number + "}").getBytes(StandardCharsets.UTF_8))
			.toList();
	}

}
