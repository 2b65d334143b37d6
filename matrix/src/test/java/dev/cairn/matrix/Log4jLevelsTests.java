package dev.cairn.matrix;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.regex.Pattern;

import dev.cairn.matrix.app.LevelsApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Levels of loggers of Log4j2 that are switched by HTTP, as the application writes its
 * log.
 */
class Log4jLevelsTests {

	@Test
	void aLevelIsInTheLogUntilItReverts(@TempDir Path directory) throws Exception {
		String classPath = Library
			.classPathWithCairn(EnumSet.of(Library.LOG4J, Library.MVC, Library.SERVLET, Library.TOMCAT));
		try (Application application = Application.start(directory, classPath,
				Map.of("server.address", "127.0.0.1", "server.port", "0", "logging.level.shop.configured", "warn",
						"management.endpoints.web.exposure.include", "cairnswitches",
						"management.endpoint.cairnswitches.access", "unrestricted"),
				LevelsApplication.class.getName())) {
			Endpoint endpoint = new Endpoint(application.awaitPort(), "");
			assertSwitched(application, endpoint, "shop.inherited", "inherited", "DEBUG");
			assertSwitched(application, endpoint, "shop.configured", "WARN", "INFO");
			assertSwitched(application, endpoint, "shop.custom", "NOTICE", "DEBUG");
			assertThat(log(application, endpoint, "shop.custom", "NOTICE", "notice after all")).isTrue();
			assertThat(endpoint.set("logger", "ROOT", "ERROR", "1s").path("was").asString()).isEqualTo("INFO");
			endpoint.awaitNoSwitch();
			assertThat(log(application, endpoint, "shop.other", "INFO", "info after all")).isTrue();
			assertThat(log(application, endpoint, "shop.other", "DEBUG", "debug after all")).isFalse();
		}
	}

	private static void assertSwitched(Application application, Endpoint endpoint, String logger, String was,
			String level) throws Exception {
		assertThat(log(application, endpoint, logger, level, "before in " + logger)).isFalse();
		JsonNode set = endpoint.set("logger", logger, level, "1h");
		assertThat(set.path("was").asString()).isEqualTo(was);
		assertThat(log(application, endpoint, logger, level, "meanwhile in " + logger)).isTrue();
		endpoint.revert(set);
		assertThat(log(application, endpoint, logger, level, "reverted in " + logger)).isFalse();
		endpoint.set("logger", logger, level, "1s");
		endpoint.awaitNoSwitch();
		assertThat(log(application, endpoint, logger, level, "expired in " + logger)).isFalse();
	}

	/** Returns whether the line is in the log, with a line after it that is. */
	private static boolean log(Application application, Endpoint endpoint, String logger, String level, String text)
			throws Exception {
		endpoint.get("/log?logger=" + logger + "&level=" + level + "&text=" + text.replace(' ', '+'));
		endpoint.get("/log?logger=marker&level=ERROR&text=after+" + text.replace(' ', '+'));
		application.awaitLog(Pattern.compile("after " + text));
		return application.log().lines().anyMatch((line) -> line.contains(text) && !line.contains("after " + text));
	}

}
