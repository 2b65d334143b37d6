package dev.cairn.spring.web.error;

import java.net.http.HttpResponse;
import java.util.Map;

import dev.cairn.spring.test.RunningApplication;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.error.ErrorAttributeOptions;
import org.springframework.boot.webmvc.error.DefaultErrorAttributes;
import org.springframework.boot.webmvc.error.ErrorAttributes;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.WebRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ErrorIdAttributes}: the application's own error attributes stay what
 * they are.
 */
class ErrorIdAttributesTests {

	@Test
	void addsTheIdToAttributesThatCannotBeChanged() {
		Map<String, Object> body = bodyOfAFailure(ImmutableAttributes.class);
		assertThat(body).containsEntry("own", "attribute").containsKey("errorId");
	}

	@Test
	void keepsWhatTheAttributesWereMadeWith() {
		Map<String, Object> body = bodyOfAFailure(AttributesWithState.class);
		assertThat(body).containsEntry("own", "state").containsKey("errorId");
	}

	@Test
	void leavesAFinalClassAlone() {
		Map<String, Object> body = bodyOfAFailure(FinalAttributes.class);
		assertThat(body).containsEntry("own", "final").doesNotContainKey("errorId");
	}

	@Test
	void leavesAFinalMethodAlone() {
		Map<String, Object> body = bodyOfAFailure(FinalMethod.class);
		assertThat(body).containsEntry("own", "state").doesNotContainKey("errorId");
	}

	@Test
	void leavesTheAttributesAloneWhenErrorsAreSwitchedOff() {
		try (RunningApplication application = RunningApplication.start(AttributesWithState.class,
				"cairn.errors.enabled=false")) {
			assertThat(application.bean(ErrorAttributes.class).getClass()).isEqualTo(OwnAttributes.class);
			HttpResponse<String> response = application.get("/fails");
			assertThat(response.body()).contains("state").doesNotContain("errorId");
			assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		}
	}

	private static Map<String, Object> bodyOfAFailure(Class<?> configuration) {
		try (RunningApplication application = RunningApplication.start(configuration)) {
			HttpResponse<String> response = application.get("/fails");
			assertThat(response.statusCode()).isEqualTo(500);
			assertThat(response.headers().firstValue("X-Error-Id")).isPresent();
			return RunningApplication.map(response.body());
		}
	}

	@RestController
	static class FailingController {

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException("fails");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class ImmutableAttributes {

		@Bean
		ErrorAttributes errorAttributes() {
			return new ErrorAttributes() {

				@Override
				public Map<String, @Nullable Object> getErrorAttributes(WebRequest request,
						ErrorAttributeOptions options) {
					return Map.of("status", 500, "own", "attribute");
				}

				@Override
				public @Nullable Throwable getError(WebRequest request) {
					return null;
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class AttributesWithState {

		@Bean
		OwnAttributes errorAttributes() {
			return new OwnAttributes("state");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class FinalAttributes {

		@Bean
		FinalOwnAttributes errorAttributes() {
			return new FinalOwnAttributes();
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(FailingController.class)
	static class FinalMethod {

		@Bean
		FinalMethodAttributes errorAttributes() {
			return new FinalMethodAttributes("state");
		}

	}

	static class OwnAttributes extends DefaultErrorAttributes {

		private final String own;

		OwnAttributes(String own) {
			this.own = own;
		}

		@Override
		public Map<String, @Nullable Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
			Map<String, @Nullable Object> attributes = super.getErrorAttributes(request, options);
			attributes.put("own", this.own);
			return attributes;
		}

	}

	static final class FinalOwnAttributes extends DefaultErrorAttributes {

		@Override
		public Map<String, @Nullable Object> getErrorAttributes(WebRequest request, ErrorAttributeOptions options) {
			Map<String, @Nullable Object> attributes = super.getErrorAttributes(request, options);
			attributes.put("own", "final");
			return attributes;
		}

	}

	static class FinalMethodAttributes extends DefaultErrorAttributes {

		private final String own;

		FinalMethodAttributes(String own) {
			this.own = own;
		}

		@Override
		public final Map<String, @Nullable Object> getErrorAttributes(WebRequest request,
				ErrorAttributeOptions options) {
			Map<String, @Nullable Object> attributes = super.getErrorAttributes(request, options);
			attributes.put("own", this.own);
			return attributes;
		}

	}

}
