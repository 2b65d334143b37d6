package dev.cairn.spring.guest;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.Stream;

import dev.cairn.spring.test.RunningApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that applications of all kinds answer with Cairn as they do without.
 */
class AnswerTests {

	private static final List<String> TYPES = List.of("application/json", "text/html", "*/*");

	@ParameterizedTest
	@ValueSource(strings = { "spring.mvc.problemdetails.enabled=false", "spring.mvc.problemdetails.enabled=true" })
	void ofASecuredApplication(String property) {
		List<String> paths = List.of("/basic/user", "/basic/admin", "/form/user", "/login", "/token/user",
				"/token/admin", "/method/controller", "/method/service", "/method/wrapped", "/method/advised",
				"/method/unavailable", "/nowhere");
		List<String> users = List.of("", SecuredApplicationTests.basic("joe:secret"),
				SecuredApplicationTests.basic("eve:secret"), SecuredApplicationTests.basic("joe:wrong"),
				SecuredApplicationTests.basic("broken:x"), SecuredApplicationTests.bearer("user"),
				SecuredApplicationTests.bearer("garbage"));
		try (RunningApplication without = RunningApplication.start(SecuredApplication.class, property,
				"cairn.enabled=false");
				RunningApplication with = RunningApplication.start(SecuredApplication.class, property)) {
			for (String path : paths) {
				for (String type : TYPES) {
					for (String user : users) {
						assertSame(with, without, path, "Accept", type, "Authorization", user);
					}
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource
	void ofAPlainApplication(Class<?> application, List<String> properties) {
		String[] off = Stream.concat(properties.stream(), Stream.of("cairn.enabled=false")).toArray(String[]::new);
		try (RunningApplication without = RunningApplication.start(application, off);
				RunningApplication with = RunningApplication.start(application, properties.toArray(String[]::new))) {
			for (String path : PlainApplication.PATHS) {
				for (String type : TYPES) {
					assertSame(with, without, path, "Accept", type);
				}
			}
		}
	}

	static Stream<Arguments> ofAPlainApplication() {
		List<String> problems = List.of("spring.mvc.problemdetails.enabled=true", "cairn.errors.problem-details=false");
		return Stream.of(Arguments.of(PlainApplication.class, List.of()),
				Arguments.of(PlainApplication.class, problems),
				Arguments.of(PlainApplication.class, List.of("spring.web.error.whitelabel.enabled=false")),
				Arguments.of(OwnErrorControllerApplication.class, List.of()),
				Arguments.of(OwnErrorControllerApplication.class, List.of("spring.mvc.problemdetails.enabled=true")));
	}

	/** The body of an unhandled failure is the one documented difference. */
	@Test
	void ofAnApplicationWithProblemDetailsExceptForUnhandledFailures() {
		List<String> unhandled = List.of("/runtime", "/checked", "/annotated", "/callable", "/advice-fails", "/filter",
				"/page?m=%ff%fe");
		String property = "spring.mvc.problemdetails.enabled=true";
		try (RunningApplication without = RunningApplication.start(PlainApplication.class, property,
				"cairn.enabled=false");
				RunningApplication with = RunningApplication.start(PlainApplication.class, property)) {
			for (String path : PlainApplication.PATHS) {
				assertSame(with, without, path, "Accept", "text/html");
				if (!unhandled.contains(path)) {
					assertSame(with, without, path, "Accept", "application/json");
				}
				else {
					HttpResponse<String> response = with.get(path, "Accept", "application/json");
					assertThat(response.statusCode()).isEqualTo(without.get(path).statusCode());
					assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
				}
			}
		}
	}

	private static void assertSame(RunningApplication with, RunningApplication without, String path,
			String... headers) {
		assertThat(Answer.of(with, path, headers)).as("%s %s", path, List.of(headers))
			.isEqualTo(Answer.of(without, path, headers));
	}

}
