package dev.cairn.collector;

import java.nio.file.Path;
import java.util.Map;

import dev.cairn.testing.Prerequisites;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The example for Erlang, which calls {@code cairn-send} through a port.
 */
class ErlangClientTests {

	@TempDir
	private Path directory;

	@Test
	void anEventOfErlangArrives() {
		assumeTrue(Prerequisites.met("the test of the example for Erlang",
				"src/backends/backends.sh install clients, as root", "erl", "erlc", "curl"));
		try (Running application = Running.start("cairn.collector.keys.push.token=s3cret")) {
			Program program = new Program(this.directory,
					Map.of("CAIRN_URL", "http://127.0.0.1:" + application.port(), "CAIRN_KEY", "s3cret", "CAIRN_SPOOL",
							this.directory.resolve("spool").toString(), "CAIRN_SEND",
							Program.client("shell/cairn-send").toString(), "HOME", this.directory.toString()));
			assertThat(program.run("erlc", "-Wall", "-Werror", Program.client("erlang/cairn_push.erl").toString()))
				.isEqualTo(new Program.Result(0, "", ""));
			Program.Result result = program.run("erl", "-noshell", "-eval",
					"""
							io:format("~p ~p ~p ~p~n", [
							  cairn_push:event("push.sent", [{device, <<"i\\"os ü"/utf8>>}, {attempts, 2}, {share, 0.5}, {silent, false},
							    {reply, undefined}, {text, [8364]}], ["--severity", "5"]),
							  cairn_push:event("timer", []),
							  cairn_push:event("push.sent", [], ["--url", "http://127.0.0.1:1"]),
							  element(1, cairn_push:event("a type", []))]),
							halt().
							""");
			assertThat(result.out()).isEqualTo("ok refused spooled error\n");
			assertThat(application.messages()).singleElement().satisfies((message) -> {
				assertThat(message.type()).isEqualTo("push.sent");
				assertThat(message.severity().code()).isEqualTo(5);
				assertThat(message.origin().service()).isEqualTo("push");
				assertThat(message.fields()).containsEntry("device", "i\"os ü")
					.containsEntry("silent", false)
					.containsEntry("reply", null)
					.containsEntry("text", "€");
				assertThat(message.fields().get("attempts")).hasToString("2");
			});
		}
	}

}
