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
 * Tests for {@link CairnErrorAttributes}, which back off from those of the application.
 */
class CairnErrorAttributesTests {

	@Test
	void addsTheId() {
		assertThat(bodyOfAFailure(BootsAttributes.class)).containsEntry("status", 500).containsKey("errorId");
	}

	@Test
	void backsOffFromTheAttributesOfTheApplication() {
		assertThat(bodyOfAFailure(AttributesWithState.class)).containsEntry("own", "state")
			.doesNotContainKey("errorId");
	}

	@Test
	void theAttributesOfTheApplicationFindTheIdInTheRequest() {
		try (RunningApplication application = RunningApplication.start(AttributesWithId.class)) {
			HttpResponse<String> response = application.get("/fails");
			assertThat(RunningApplication.map(response.body())).containsEntry("reference",
					response.headers().firstValue("X-Error-Id").orElseThrow());
		}
	}

	@Test
	void addsNoIdWhenErrorsAreSwitchedOff() {
		try (RunningApplication application = RunningApplication.start(BootsAttributes.class,
				"cairn.errors.enabled=false")) {
			HttpResponse<String> response = application.get("/fails");
			assertThat(response.body()).contains("status").doesNotContain("errorId");
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
	static class BootsAttributes {

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
	static class AttributesWithId {

		@Bean
		ErrorAttributes errorAttributes() {
			return new DefaultErrorAttributes() {

				@Override
				public Map<String, @Nullable Object> getErrorAttributes(WebRequest request,
						ErrorAttributeOptions options) {
					Map<String, @Nullable Object> attributes = super.getErrorAttributes(request, options);
					attributes.put("reference", request.getAttribute("cairn.error-id", WebRequest.SCOPE_REQUEST));
					return attributes;
				}

			};
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

}
