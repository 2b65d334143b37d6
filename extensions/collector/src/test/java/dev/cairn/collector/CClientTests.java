package dev.cairn.collector;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.stream.Stream;

import dev.cairn.testing.Prerequisites;
import dev.cairn.testing.UdpServer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * {@code cairn.h}, compiled with all warnings.
 */
class CClientTests {

	private static final JsonMapper JSON = new JsonMapper();

	private Program program;

	@TempDir
	private Path directory;

	@BeforeAll
	static void requirements() {
		assumeTrue(Prerequisites.met("the tests of the header for C",
				"src/backends/backends.sh install clients, as root", "cc"));
	}

	@BeforeEach
	void prepare() {
		this.program = new Program(this.directory, Map.of());
	}

	/** Compiles the body of a main function. */
	private void compile(String code, String... options) {
		this.program.write("program.c", """
				#include "cairn.h"
				#include <locale.h>
				#include <stdlib.h>
				#include <sys/wait.h>
				static cairn_client c;
				static cairn_message m;
				static cairn_pipe p;
				int main(int argc, char **argv) {
					const char *first = argc > 1 ? argv[1] : "";
					(void) first; (void) c; (void) m; (void) p;
				%s
					return 0;
				}
				""".formatted(code));
		Stream<String> command = Stream.of("cc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion",
				"-Werror", "-O2", "-I", Program.client("c").toString(), "-o", "program", "program.c", "-pthread");
		assertThat(this.program.run(Stream.concat(command, Stream.of(options)).toArray(String[]::new)))
			.isEqualTo(new Program.Result(0, "", ""));
	}

	private Program.Result run(String... arguments) {
		return this.program.run(Stream.concat(Stream.of("./program"), Stream.of(arguments)).toArray(String[]::new));
	}

	@Test
	void messagesAreSentByUdp() {
		compile("""
				setlocale(LC_ALL, "");
				if (cairn_open(&c, "127.0.0.1", first, "ti\\"ll") != 0) return 1;
				cairn_begin(&m, "order.placed");
				m.severity = 4;
				m.trace_id = "0af7651916cd43dd8448eb211c80319c";
				m.span_id = "b7ad6b7169203331";
				cairn_text(&m, "te\\"xt", "q\\" \\\\ \\001 \\n \\xc3\\xbc \\xff\\xc3x\\xed\\xa0\\x80 \\xf0\\x9f\\x8e\\x89\\xf0\\x9f");
				cairn_integer(&m, "order_id", -7);
				cairn_number(&m, "total", 78.05);
				cairn_number(&m, "tiny", 1e-300);
				cairn_number(&m, "nan", NAN);
				cairn_boolean(&m, "paid", 1);
				cairn_null(&m, "gift");
				if (cairn_send(&c, &m) != 0) return 2;
				cairn_begin(&m, "order.paid");
				cairn_send(&c, &m);
				printf("%lu %lu\\n", cairn_sent(&c), cairn_dropped(&c));
				cairn_close(&c);
				""");
		try (UdpServer server = UdpServer.started()) {
			assertThat(run(String.valueOf(server.port())).out()).isEqualTo("2 0\n");
			await().until(() -> server.datagrams().size() == 2);
			JsonNode message = JSON.readTree(server.datagrams().get(0));
			assertThat(message.path("type").asString()).isEqualTo("order.placed");
			assertThat(message.path("id").asString())
				.matches("[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
			assertThat(message.path("timestamp").asString())
				.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");
			assertThat(message.path("severity").asInt()).isEqualTo(4);
			assertThat(message.path("service").asString()).isEqualTo("ti\"ll");
			assertThat(message.path("trace_id").asString()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
			JsonNode fields = message.path("fields");
			assertThat(fields.path("te\"xt").asString())
				.isEqualTo("q\" \\ \u0001 \n ü \ufffd\ufffdx\ufffd\ufffd\ufffd \uD83C\uDF89\ufffd\ufffd");
			assertThat(fields.path("order_id").asInt()).isEqualTo(-7);
			assertThat(fields.path("total").asDouble()).isEqualTo(78.05);
			assertThat(fields.path("tiny").asDouble()).isEqualTo(1e-300);
			assertThat(fields.path("nan").asString()).isEqualTo("NaN");
			assertThat(fields.path("paid").asBoolean()).isTrue();
			assertThat(fields.path("gift").isNull()).isTrue();
			assertThat(JSON.readTree(server.datagrams().get(1)).path("fields").isEmpty()).isTrue();
		}
	}

	@Test
	void theCollectorReceivesMessagesAndMeters() {
		compile("""
				if (cairn_open(&c, "127.0.0.1", first, NULL) != 0) return 1;
				cairn_begin(&m, "order.placed");
				cairn_text(&m, "text", "q\\" \\xff");
				cairn_send(&c, &m);
				cairn_count(&c, "orders", 3);
				""");
		try (Running application = Running.start("cairn.collector.udp.port=0")) {
			assertThat(run(String.valueOf(application.bean(UdpListener.class).port())).code()).isZero();
			await().untilAsserted(() -> assertThat(application.messages()).singleElement()
				.satisfies((message) -> assertThat(message.fields()).containsEntry("text", "q\" \ufffd")));
			await()
				.untilAsserted(() -> assertThat(application.bean(MeterRegistry.class).get("orders").counter().count())
					.isEqualTo(3));
		}
	}

	@Test
	void invalidAndLargeMessagesAreCounted() {
		compile("""
				static char large[2000];
				int i;
				memset(large, 'x', sizeof(large) - 1);
				if (cairn_open(&c, "127.0.0.1", first, NULL) != 0) return 1;
				cairn_begin(&m, "a type");
				cairn_send(&c, &m);
				cairn_begin(&m, "large");
				cairn_text(&m, "text", large);
				cairn_send(&c, &m);
				cairn_begin(&m, "many");
				for (i = 0; i < 1000; i++) cairn_integer(&m, "n", i);
				cairn_send(&c, &m);
				cairn_begin(&m, "good");
				cairn_send(&c, &m);
				printf("%lu %lu\\n", cairn_sent(&c), cairn_dropped(&c));
				if (cairn_open(&c, "127.0.0.1", "no-such-port", NULL) != -1) return 1;
				if (cairn_send(&c, &m) != -1) return 1;
				printf("%lu\\n", cairn_dropped(&c));
				""");
		try (UdpServer server = UdpServer.started()) {
			assertThat(run(String.valueOf(server.port())).out()).isEqualTo("1 3\n1\n");
			await().untilAsserted(() -> assertThat(server.datagrams()).singleElement().asString().contains("good"));
		}
	}

	@Test
	void aServerThatIsBackReceivesTheNextMessage() {
		compile("""
				if (cairn_open(&c, "127.0.0.1", first, NULL) != 0) return 1;
				cairn_count(&c, "lost", 1);
				puts("away"); fflush(stdout);
				getchar();
				while (access("up", F_OK) != 0) { struct timespec t = {0, 10000000}; nanosleep(&t, NULL); }
				return cairn_count(&c, "found", 1) == 0 ? 0 : 1;
				""");
		try (UdpServer server = UdpServer.started()) {
			server.stop();
			Program.Running running = this.program.start("./program", String.valueOf(server.port()));
			await().until(() -> running.output().contains("away"));
			server.start();
			this.program.write("up", "");
			assertThat(running.await().code()).isZero();
			await().untilAsserted(() -> assertThat(server.lines()).contains("found:1|c"));
		}
	}

	@Test
	void metersAreLinesOfStatsd() {
		compile("""
				if (cairn_open(&c, "127.0.0.1", first, NULL) != 0) return 1;
				cairn_count(&c, "orders", 3);
				cairn_gauge(&c, "queue", 5);
				cairn_gauge(&c, "balance", -2);
				cairn_timing(&c, "checkout", 120);
				cairn_count(&c, "a:b|c@d#e\\nf", 1);
				""");
		try (UdpServer server = UdpServer.started()) {
			assertThat(run(String.valueOf(server.port())).code()).isZero();
			await().untilAsserted(() -> assertThat(server.lines()).containsExactly("orders:3|c", "queue:5|g",
					"balance:0|g", "balance:-2|g", "checkout:120|ms", "a_b_c_d_e_f:1|c"));
		}
	}

	@Test
	void threadsAndProcessesMakeDifferentIds() {
		compile("""
				int i, child;
				if (cairn_open(&c, "127.0.0.1", first, NULL) != 0) return 1;
				for (child = 0; child < 4; child++) {
					if (fork() == 0) {
						for (i = 0; i < 25; i++) { cairn_begin(&m, "a.b"); cairn_send(&c, &m); }
						return 0;
					}
				}
				while (wait(NULL) > 0) {}
				""");
		try (UdpServer server = UdpServer.started()) {
			assertThat(run(String.valueOf(server.port())).code()).isZero();
			await().untilAsserted(() -> assertThat(
					server.datagrams().stream().map((each) -> JSON.readTree(each).path("id").asString()).distinct())
				.hasSize(100));
		}
	}

	@Test
	void thePipeIsReadAsThatOfStatvent() throws IOException {
		compile("""
				int i;
				char name[32];
				if (cairn_pipe_open(&p, "pipes") != 0) return 1;
				cairn_incr(&p, "requests", 2);
				cairn_incr(&p, "requests", 1);
				cairn_incr_number(&p, "load", 0.5);
				cairn_incr(&p, "load", 1);
				cairn_set(&p, "queue", 7);
				cairn_set(&p, "queue", -4);
				cairn_set_number(&p, "ratio", 0.25);
				for (i = 0; i < 100; i++) { snprintf(name, sizeof(name), "other.%d", i); cairn_set(&p, name, i); }
				printf("%ld %lu\\n", (long) getpid(), p.dropped); fflush(stdout);
				while (access("done", F_OK) != 0) { struct timespec t = {0, 10000000}; nanosleep(&t, NULL); }
				cairn_pipe_close(&p);
				""");
		Program.Running running = this.program.start("./program");
		await().until(() -> running.output().endsWith("\n"));
		assertThat(running.output()).isEqualTo(running.process().pid() + " 40\n");
		Path pipe = this.directory.resolve("pipes").resolve(running.process().pid() + ".stats");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe))).isEqualTo("rw-------");
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(pipe.getParent())))
			.isEqualTo("rwx------");
		for (int reader = 0; reader < 3; reader++) {
			assertThat(this.program.run("cat", pipe.toString()).out().lines()).hasSize(64)
				.startsWith("requests: 3", "load: 1.500000", "queue: -4", "ratio: 0.250000", "other.0: 0");
			// A reader that closes early harms nobody
			assertThat(this.program.run("sh", "-c", "exec 3<" + pipe + "; exec 3<&-").code()).isZero();
		}
		this.program.write("done", "");
		assertThat(running.await().code()).isZero();
		assertThat(pipe.getParent()).isEmptyDirectory();
	}

	@Test
	void aDirectoryThatIsOpenToOthersIsRefused() throws IOException {
		compile("return cairn_pipe_open(&p, \"open\") == -1 ? 0 : 1;");
		Files.setPosixFilePermissions(Files.createDirectory(this.directory.resolve("open")),
				PosixFilePermissions.fromString("rwxrwxr-x"));
		assertThat(run().code()).isZero();
	}

	@Test
	void theLocaleDoesNotChangeNumbers() {
		this.program.write("comma.h", """
				#define _POSIX_C_SOURCE 200809L
				#include <stdarg.h>
				#include <stdio.h>
				#include <string.h>
				static int with_comma(char *to, size_t size, const char *format, ...) {
					va_list values;
					va_start(values, format);
					int length = vsnprintf(to, size, format, values);
					va_end(values);
					if (strchr(to, '.')) *strchr(to, '.') = ',';
					return length;
				}
				#define snprintf with_comma
				""");
		compile("""
				cairn_begin(&m, "a.b");
				cairn_number(&m, "n", -1.5e-200);
				puts(m.fields);
				""", "-include", "comma.h");
		assertThat(run().out()).isEqualTo("\"n\":-1.5e-200\n");
	}

}
