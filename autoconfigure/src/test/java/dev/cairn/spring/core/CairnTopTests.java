package dev.cairn.spring.core;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Runs the terminal view against real applications.
 */
class CairnTopTests {

	private static final String SCRIPT = Path.of("..", "src", "ops", "cairn-top").toString();

	private static final String EXPOSED = "management.endpoints.web.exposure.include=cairn";

	/** A secret with all characters that curl or a shell would interpret. */
	private static final String PASSWORD = "p\"a\\s $x 'w: d";

	@TempDir
	private Path directory;

	@BeforeAll
	static void requireCurl() {
		assumeTrue(System.getenv("CI") != null || List.of(System.getenv("PATH").split(":"))
			.stream()
			.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "curl"))), "curl is required");
	}

	@Test
	void printsChannelsAndFailuresOnce() throws Exception {
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED,
				"cairn.requests.enabled=false")) {
			Cairn cairn = application.bean(Cairn.class);
			for (int i = 0; i < 3; i++) {
				cairn.event("order.placed").publish();
				cairn.capture(new IllegalStateException("no. " + i));
			}
			cairn.capture(new IllegalArgumentException("once"));
			RunningApplication.await(() -> application.messages().size() == 7);
			Result result = run(Map.of(), "--once", application.uri("/").toString());
			assertThat(result.code()).as(result.output()).isZero();
			assertThat(result.output().lines().findFirst()).get().asString().startsWith("shop ");
			assertThat(result.output()).containsPattern("memory +up +7 +- +7 +- +0 +- +0 +0")
				.containsPattern(
						"4 +- +all\\n3 +- +java.lang.IllegalStateException\\n1 +- +java.lang.IllegalArgumentException");
		}
	}

	@Test
	void printsRatesUntilItIsStoppedAlsoWhileTheServiceIsAway() throws Exception {
		Path output = this.directory.resolve("output");
		Process process;
		try (RunningApplication application = RunningApplication.start(Application.class, EXPOSED)) {
			process = start(Map.of(), output, "-n", "1", application.uri("/actuator/cairn").toString());
			RunningApplication.await(() -> {
				application.bean(Cairn.class).event("order.placed").publish();
				return Files.readString(output).matches("(?s).*memory +up +\\d+ +[1-9][0-9.]* +\\d+ +[1-9].*");
			});
		}
		RunningApplication.await(() -> Files.readString(output).contains("cannot be reached (000)"));
		assertThat(process.isAlive()).isTrue();
		process.destroy();
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).isZero();
	}

	@Test
	void authenticates() throws Exception {
		try (RunningApplication application = RunningApplication.start(ProtectedApplication.class, EXPOSED)) {
			String url = application.uri("/").toString();
			assertThat(run(Map.of(), "--once", url)).isEqualTo(new Result(4,
					"cairn-top: " + url + "actuator/cairn refuses access (401). Set CAIRN_USER and CAIRN_PASSWORD.\n"));
			assertThat(run(Map.of("CAIRN_USER", "joe", "CAIRN_PASSWORD", "wrong"), "--once", url).code()).isEqualTo(4);
			assertThat(run(Map.of("CAIRN_USER", "joe", "CAIRN_PASSWORD", PASSWORD), "--once", url).code()).isZero();
		}
	}

	@Test
	void tellsWhyThereIsNothingToShow() throws Exception {
		String url;
		try (RunningApplication application = RunningApplication.start(Application.class,
				"management.endpoints.web.exposure.include=health")) {
			url = application.uri("/").toString();
			Result hidden = run(Map.of(), "--once", url);
			assertThat(hidden.code()).isEqualTo(5);
			assertThat(hidden.output()).contains("management.endpoints.web.exposure.include=cairn");
			Result other = run(Map.of(), "--once", application.uri("/actuator/health").toString());
			assertThat(other.code()).isEqualTo(5);
			assertThat(other.output()).contains("did not respond with the accounts");
		}
		Result away = run(Map.of(), "--once", url);
		assertThat(away.code()).isEqualTo(3);
		assertThat(away.output()).contains("cannot be reached");
		assertThat(run(Map.of(), "--once").code()).isEqualTo(2);
		assertThat(run(Map.of(), "-n", "0", url).code()).isEqualTo(2);
	}

	private Result run(Map<String, String> variables, String... arguments) throws IOException, InterruptedException {
		Path output = this.directory.resolve("once");
		Process process = start(variables, output, arguments);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		return new Result(process.exitValue(), Files.readString(output));
	}

	private static Process start(Map<String, String> variables, Path output, String... arguments) throws IOException {
		List<String> command = new ArrayList<>(List.of("sh", SCRIPT));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
		builder.environment().putAll(variables);
		return builder.start();
	}

	private record Result(int code, String output) {
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class ProtectedApplication {

		@Bean
		Filter basicAuthentication() {
			String wanted = "Basic "
					+ Base64.getEncoder().encodeToString(("joe:" + PASSWORD).getBytes(StandardCharsets.UTF_8));
			return (request, response, chain) -> {
				if (wanted.equals(((HttpServletRequest) request).getHeader("Authorization"))) {
					chain.doFilter(request, response);
				}
				else {
					((HttpServletResponse) response).setStatus(401);
				}
			};
		}

	}

}
