package dev.cairn.spring.sentry;

import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * A DSN that Sentry's client cannot parse.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidDsnTests {

	@ParameterizedTest
	@ValueSource(strings = { "foo", "https://sentry.example.com/1", "https://public:s3cr3t@sentry.example.com",
			"ftp://public@sentry.example.com/1", "https://pub lic@sentry.example.com/1" })
	void failsTheStartWithOneClearMessage(String dsn, CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> RunningApplication.startWithoutWeb(Application.class, "sentry.dsn=" + dsn));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("configuration property 'sentry.dsn'")
			.contains("A DSN must look like https://public-key@host/project-id")
			.doesNotContain("Caused by:")
			.doesNotContain("s3cr3t");
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://public@127.0.0.1:9/1", "https://public:secret@o1.ingest.sentry.io/path/1",
			"https://public@o1.ingest.us.sentry.io/4501", "" })
	void acceptsWhatSentryAccepts(String dsn) {
		try (RunningApplication application = RunningApplication.startWithoutWeb(Application.class,
				"sentry.dsn=" + dsn)) {
			assertThat(application.context().isRunning()).isTrue();
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
