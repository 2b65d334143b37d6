package dev.cairn.collector;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.sun.net.httpserver.Headers;
import dev.cairn.Message;
import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.UdpServer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code cairn-send} with the collector, with a collector in trouble, and with each shell
 * that is installed.
 */
class ShellClientTests extends ClientContract {

	private static final String SCRIPT = Program.client("shell/cairn-send").toString();

	private static final String TYPE = "order.placed";

	private static final String KEY = "s3cret\"key\\";

	private static final int ACCEPTED = 0;

	private static final int REFUSED = 1;

	private static final int USAGE = 2;

	private static final int SPOOLED = 3;

	private static final int LOST = 4;

	@BeforeAll
	static void startCollector() {
		assumeTrue(Prerequisites.met("the tests of cairn-send", "src/backends/backends.sh install clients, as root",
				"sh", "awk", "curl", "nc"));
		start(KEY);
	}

	@Override
	Map<String, String> environment() {
		return Map.of("CAIRN_KEY", KEY, "CAIRN_SPOOL", spool().toString());
	}

	private Path spool() {
		return this.directory.resolve("spool");
	}

	/** Sends to the server in trouble. */
	private Program.Result send(String... arguments) {
		return troubledProgram().run(command(arguments));
	}

	private static String[] command(String... arguments) {
		return Stream.concat(Stream.of(SCRIPT), Stream.of(arguments)).toArray(String[]::new);
	}

	private List<Path> spooled() throws IOException {
		if (!Files.exists(spool())) {
			return List.of();
		}
		try (Stream<Path> files = Files.walk(spool())) {
			return files.filter((file) -> file.toString().endsWith(".ndjson")).toList();
		}
	}

	static Stream<List<String>> shells() {
		return Stream.of(List.of("sh"), List.of("dash"), List.of("bash", "--posix"), List.of("busybox", "sh"))
			.filter((shell) -> isInstalled(shell.get(0)));
	}

	private static boolean isInstalled(String command) {
		return Stream.of(System.getenv("PATH").split(":"))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, command)));
	}

	@ParameterizedTest
	@MethodSource("shells")
	void fieldsArriveAsTheyAre(List<String> shell) {
		String text = "quote\" back\\slash \u0001\u007f tab\t newline\n end $HOME `id` ü € \uD83C\uDF89";
		List<String> command = new ArrayList<>(shell);
		command.addAll(List.of(SCRIPT, "--service", "till", "--severity", "4", "--category", "behaviour", "--payload",
				text, "--traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", TYPE, "text=" + text,
				"order_id=7", "total:=78.0", "paid:=true", "gift:=null", "lines:=[{\"sku\": \"a\"}, 2]", "a\"b=c=d",
				"--x=y"));
		Program.Result result = this.program.run(command.toArray(String[]::new));
		assertThat(result).isEqualTo(new Program.Result(ACCEPTED, "", ""));
		assertThat(application.messages()).singleElement().satisfies((message) -> {
			assertThat(message.type()).isEqualTo(TYPE);
			assertThat(message.fields()).containsEntry("text", text)
				.containsEntry("order_id", "7")
				.containsEntry("paid", true)
				.containsEntry("gift", null)
				.containsEntry("a\"b", "c=d")
				.containsEntry("--x", "y");
			assertThat(message.fields().get("total")).hasToString("78.0");
			assertThat(message.fields().get("lines")).hasToString("[{sku=a}, 2]");
			assertThat(message.payload()).isEqualTo(text);
			assertThat(message.severity().code()).isEqualTo(4);
			assertThat(message.category()).hasToString("BEHAVIOUR");
			assertThat(message.origin().service()).isEqualTo("till");
			assertThat(message.trace()).isNotNull();
			assertThat(message.trace().traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
		});
	}

	@Test
	void invalidUtf8IsReplaced() {
		this.program.write("invalid.sh",
				"exec \"$1\" order.placed a=\"$(printf 'x\\377\\303y\\355\\240\\200z\\360\\237')\"");
		assertThat(this.program.run("sh", "invalid.sh", SCRIPT).code()).isEqualTo(ACCEPTED);
		assertThat(application.messages().get(0).fields()).containsEntry("a",
				"x\ufffd\ufffdy\ufffd\ufffd\ufffdz\ufffd");
	}

	@Test
	void ncIsUsedWithoutCurl() throws IOException {
		Path tools = Files.createDirectory(this.directory.resolve("tools"));
		for (String tool : List.of("awk", "sed", "date", "cat", "od", "tr", "id", "ls", "mkdir", "mv", "rm", "ln",
				"readlink", "uname", "cut", "nc", "dash")) {
			Path found = Stream.of(System.getenv("PATH").split(":"))
				.map((each) -> Path.of(each, tool))
				.filter(Files::isExecutable)
				.findFirst()
				.orElseThrow();
			Files.createSymbolicLink(tools.resolve(tool), found);
		}
		Program withoutCurl = this.program.with("PATH", tools.toString());
		assertThat(withoutCurl.run(command(TYPE, "order_id=ü")).code()).isEqualTo(ACCEPTED);
		assertThat(application.messages().get(0).fields()).containsEntry("order_id", "ü");
		this.troubled.status(503, "200");
		withoutCurl = withoutCurl.with("CAIRN_URL", this.troubled.url());
		assertThat(withoutCurl.run(command(TYPE)).code()).isEqualTo(SPOOLED);
		assertThat(withoutCurl.run(command(TYPE)).err()).contains("asked to wait");
		assertThat(withoutCurl.with("CAIRN_URL", "https://127.0.0.1").run(command(TYPE)).code()).isEqualTo(USAGE);
	}

	@Test
	void linesOfStandardInputAreMessages() {
		String id = "0199c1a0-0000-7000-8000-000000000001";
		String lines = """
				{"type":"a.first","fields":{"id":"inner","n":1}}
				no json

				{"id":"%s","type":"a.second","severity":3}\r
				{"fields":{}}
				{"type":"reserved","service":"other","nonsense":1}
				{"type":"a.last"}""".formatted(id);
		Program.Result result = this.program
			.start(lines.getBytes(StandardCharsets.UTF_8), command("--severity", "5", "--service", "till", "-"))
			.await();
		assertThat(result.code()).isEqualTo(REFUSED);
		assertThat(result.err()).contains("Line 2 is not a JSON object.", "Line 5 has no type.",
				"refused 1 of the messages: the envelope has no such property");
		assertThat(application.messages()).extracting(Message::type).containsExactly("a.first", "a.second", "a.last");
		assertThat(application.messages()).extracting((message) -> message.severity().code()).containsExactly(5, 3, 5);
		assertThat(application.messages().get(1).id()).isEqualTo(id);
	}

	@Test
	void manyLinesAreSentInBatches() {
		String lines = String.join("\n",
				IntStream.range(0, 1050)
					.mapToObj((i) -> "{\"type\":\"line.read\",\"fields\":{\"n\":" + i + "}}")
					.toList());
		Program troubledProgram = troubledProgram();
		assertThat(troubledProgram.start(lines.getBytes(StandardCharsets.UTF_8), command("-")).await().code())
			.isEqualTo(ACCEPTED);
		assertThat(this.troubled.stored()).hasSize(1050);
		assertThat(this.troubled.requests()).hasSize(11);
	}

	@Test
	void refusedMessagesAreNotSpooled() throws IOException {
		Program.Result result = this.program.run(command("timer", "a=b"));
		assertThat(result.code()).isEqualTo(REFUSED);
		assertThat(result.err()).contains("400: is reserved");
		assertThat(this.program.with("CAIRN_KEY", "wrong").run(command(TYPE)).err())
			.contains("refused the request with 401");
		assertThat(spooled()).isEmpty();
	}

	@Test
	void wrongUsageIsReported() {
		for (String[] arguments : new String[][] { {}, { "a type" }, { TYPE, "novalue" }, { TYPE, "a=1", "a=2" },
				{ TYPE, "a:=nul" }, { TYPE, "a:=01" }, { TYPE, "a:=1 2" }, { TYPE, "a:={\"a\":}" },
				{ "--severity", "8", TYPE }, { "--category", "x", TYPE }, { "--id", "7", TYPE }, { "--nonsense", TYPE },
				{ "--url" }, { "--url", "ftp://x", TYPE }, { "--key", "a\r\nX-Other: b", TYPE },
				{ "--timeout", "0", TYPE }, { "--udp", "here", TYPE }, { "-", "a=b" } }) {
			Program.Result result = send(arguments);
			assertThat(result.code()).as("%s", List.of(arguments)).isEqualTo(USAGE);
			assertThat(result.err()).as("%s", List.of(arguments)).isNotEmpty();
		}
		assertThat(this.troubled.requests()).isEmpty();
		assertThat(send("--help").out()).contains("Exit codes").contains("CAIRN_KEY");
	}

	@Test
	void theSpoolIsSentFirstAndOnce() throws IOException {
		this.troubled.down();
		for (int i = 0; i < 3; i++) {
			Program.Result result = send(TYPE, "n:=" + i);
			assertThat(result.code()).isEqualTo(SPOOLED);
			assertThat(result.err()).contains("cannot be reached. The messages are spooled.");
		}
		assertThat(spooled()).hasSize(3).allSatisfy((file) -> {
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file))).isEqualTo("rw-------");
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
				.isEqualTo("rwx------");
		});
		this.troubled.up();
		assertThat(send(TYPE, "n:=3").code()).isEqualTo(ACCEPTED);
		assertThat(this.troubled.messages()).extracting((message) -> message.at("/fields/n").asInt())
			.containsExactly(0, 1, 2, 3);
		assertThat(spooled()).isEmpty();
		assertThat(send("--flush").code()).isEqualTo(ACCEPTED);
		assertThat(this.troubled.messages()).hasSize(4);
	}

	@Test
	void aLostAnswerDoesNotDoubleTheMessage() {
		this.troubled.loseAnswers(true);
		assertThat(send(TYPE).code()).isEqualTo(SPOOLED);
		this.troubled.loseAnswers(false);
		assertThat(send("--flush").code()).isEqualTo(ACCEPTED);
		assertThat(this.troubled.messages()).hasSize(2);
		assertThat(this.troubled.stored()).hasSize(1);
		assertThat(this.troubled.messages().get(0)).isEqualTo(this.troubled.messages().get(1));
	}

	@Test
	void retryAfterIsRespected() {
		this.troubled.status(429, "200");
		assertThat(send(TYPE).code()).isEqualTo(SPOOLED);
		this.troubled.status(202, "");
		Program.Result result = send(TYPE);
		assertThat(result.code()).isEqualTo(SPOOLED);
		assertThat(result.err()).contains("asked to wait");
		assertThat(this.troubled.requests()).hasSize(1);
		assertThat(send("--flush").code()).as("on demand").isEqualTo(ACCEPTED);
		assertThat(this.troubled.stored()).hasSize(2);
	}

	@Test
	void anHourIsNotWaitedFor() throws IOException {
		this.troubled.status(503, "999999");
		assertThat(send(TYPE).code()).isEqualTo(SPOOLED);
		try (Stream<Path> files = Files.walk(spool())) {
			Path pause = files.filter((file) -> file.endsWith("pause")).findFirst().orElseThrow();
			assertThat(Long.parseLong(Files.readSymbolicLink(pause).toString()))
				.isLessThanOrEqualTo(System.currentTimeMillis() / 1000 + 300);
		}
	}

	@Test
	void aWrongKeyKeepsTheSpool() throws IOException {
		this.troubled.status(503, "");
		assertThat(send(TYPE).code()).isEqualTo(SPOOLED);
		this.troubled.status(401, "");
		assertThat(send("--flush").code()).isEqualTo(REFUSED);
		assertThat(spooled()).hasSize(1);
		this.troubled.status(400, "");
		assertThat(send("--flush").err()).contains("Spooled messages: The collector refused the messages with 400");
		assertThat(spooled()).isEmpty();
	}

	@Test
	void aSlowCollectorHoldsTheCallerForTheTimeoutOnly() {
		this.troubled.hang();
		long start = System.nanoTime();
		assertThat(send("--timeout", "1", TYPE).code()).isEqualTo(SPOOLED);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
	}

	@Test
	void aFullOrUnsafeSpoolIsALoss() throws IOException {
		this.troubled.down();
		Program program = troubledProgram();
		assertThat(program.with("CAIRN_SPOOL_MAX", "200").run(command(TYPE)).code()).isEqualTo(SPOOLED);
		Program.Result full = program.with("CAIRN_SPOOL_MAX", "200").run(command(TYPE));
		assertThat(full.code()).isEqualTo(LOST);
		assertThat(full.err()).contains("The spool has no room. The messages are lost.");
		assertThat(program.run(command("--no-spool", "-q", TYPE))).isEqualTo(new Program.Result(LOST, "", ""));
		Files.setPosixFilePermissions(spool(), PosixFilePermissions.fromString("rwxrwxrwx"));
		Program.Result open = program.run(command(TYPE));
		assertThat(open.code()).isEqualTo(LOST);
		assertThat(open.err()).contains("must be readable by its owner only");
		assertThat(program.with("CAIRN_SPOOL", "/dev/null/x").run(command(TYPE)).code()).isEqualTo(LOST);
	}

	@Test
	void concurrentCallsLoseAndDoubleNothing() throws IOException {
		this.troubled.down();
		Program program = troubledProgram();
		List<Program.Running> calls = IntStream.range(0, 20)
			.mapToObj((i) -> program.start(command(TYPE, "n:=" + i)))
			.toList();
		assertThat(calls).extracting((call) -> call.await().code()).containsOnly(SPOOLED);
		assertThat(spooled()).hasSize(20);
		this.troubled.up();
		calls = IntStream.range(20, 40).mapToObj((i) -> program.start(command(TYPE, "n:=" + i))).toList();
		assertThat(calls).extracting((call) -> call.await().code()).containsOnly(ACCEPTED);
		assertThat(program.run(command("--flush")).code()).isEqualTo(ACCEPTED);
		assertThat(spooled()).isEmpty();
		assertThat(this.troubled.messages()).hasSize(40);
		assertThat(this.troubled.messages().stream().map((message) -> message.at("/fields/n").asInt()))
			.containsExactlyInAnyOrderElementsOf(IntStream.range(0, 40).boxed().toList());
	}

	@Test
	void aLockOfAKilledCallIsTakenOver() throws IOException {
		this.troubled.down();
		assertThat(send(TYPE).code()).isEqualTo(SPOOLED);
		Path lock = spooled().get(0).resolveSibling("lock");
		Files.createSymbolicLink(lock, Path.of(Long.toString(System.currentTimeMillis() / 1000)));
		this.troubled.up();
		assertThat(send("--flush").code()).isEqualTo(ACCEPTED);
		assertThat(this.troubled.messages()).as("another call sends").isEmpty();
		Files.delete(lock);
		Files.createSymbolicLink(lock, Path.of(Long.toString(System.currentTimeMillis() / 1000 - 600)));
		assertThat(send("--flush").code()).isEqualTo(ACCEPTED);
		assertThat(this.troubled.messages()).hasSize(1);
	}

	@Test
	void aTerminatedCallSpoolsItsMessage() throws IOException {
		this.troubled.hang();
		Program.Running call = troubledProgram().start(command("--timeout", "3", TYPE));
		await().until(() -> !this.troubled.requests().isEmpty());
		call.process().destroy();
		assertThat(call.await().code()).isEqualTo(SPOOLED);
		assertThat(spooled()).hasSize(1);
	}

	@Test
	void neitherKeyNorServiceLeaksIntoArgumentsOrHeaders() {
		assertThat(send("--print-id", TYPE).out().strip())
			.isEqualTo(this.troubled.messages().get(0).path("id").asString());
		Headers headers = this.troubled.requests().get(0);
		assertThat(headers.getFirst("Authorization")).isEqualTo("Bearer s3cret\"key\\");
		assertThat(headers.getFirst("X-Cairn-Sent-At")).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
		JsonNode message = this.troubled.messages().get(0);
		assertThat(message.path("id").asString())
			.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
		assertThat(message.path("timestamp").asString()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
	}

	@Test
	void udpSendsADatagramForEachMessage() {
		try (UdpServer server = UdpServer.started()) {
			String lines = "{\"type\":\"a.b\"}\n{\"type\":\"c.d\"}\n";
			String address = "127.0.0.1:" + server.port();
			assertThat(
					this.program.start(lines.getBytes(StandardCharsets.UTF_8), command("--udp", address, "-")).await())
				.isEqualTo(new Program.Result(ACCEPTED, "", ""));
			await().untilAsserted(() -> assertThat(server.datagrams()).hasSize(2)
				.allMatch((datagram) -> datagram.startsWith("{\"id\":\"") && datagram.endsWith("}")));
			Program.Result large = this.program.run(command("--udp", address, TYPE, "a=" + "x".repeat(1100)));
			assertThat(large.code()).isEqualTo(REFUSED);
			assertThat(large.err()).contains("too large for UDP");
		}
	}

	@Test
	void shellcheckFindsNothing() {
		assumeTrue(isInstalled("shellcheck"));
		assertThat(this.program.run("shellcheck", "-s", "sh", SCRIPT)).isEqualTo(new Program.Result(0, "", ""));
	}

}
