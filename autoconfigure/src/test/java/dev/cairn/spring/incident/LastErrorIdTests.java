package dev.cairn.spring.incident;

import java.net.http.HttpResponse;

import dev.cairn.Cairn;
import dev.cairn.spring.test.RunningApplication;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The id of the last failure of a request, for code that answers it.
 */
@Timeout(120)
class LastErrorIdTests {

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(Shop.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void forget() {
		application.forget();
	}

	@Test
	void theErrorPageOfTheApplicationShowsIt() {
		HttpResponse<String> answer = application.get("/unhandled");
		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.headers().firstValue("X-Error-Id")).contains(answer.body());
		assertThat(application.onlyIncident().fields()).containsEntry("error_id", answer.body());
	}

	@Test
	void aHandlerThatHasCapturedOrLoggedAFailureShowsIt() {
		String captured = application.get("/captured").body();
		assertThat(application.onlyIncident().fields()).containsEntry("error_id", captured);
		application.forget();
		String logged = application.get("/logged").body();
		assertThat(application.onlyIncident().fields()).containsEntry("error_id", logged).isNotEqualTo(captured);
	}

	@Test
	void isTheOneOfAFailureThatIsCapturedAgain() {
		String twice = application.get("/twice").body();
		assertThat(application.incidents()).first()
			.satisfies((first) -> assertThat(first.fields()).containsEntry("error_id", twice));
		assertThat(application.incidents()).hasSize(2);
	}

	@Test
	void isNotThatOfAnotherRequestOrOfNone() {
		application.get("/captured");
		assertThat(application.get("/fine").body()).isEqualTo("null");
		assertThat(application.bean(Cairn.class).lastErrorId()).isNull();
	}

	@RestController
	static class Orders {

		private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

		private final Cairn cairn;

		Orders(Cairn cairn) {
			this.cairn = cairn;
		}

		@GetMapping("/unhandled")
		String unhandled() {
			throw new IllegalStateException("unhandled");
		}

		@GetMapping("/captured")
		String captured() {
			this.cairn.capture(new IllegalStateException("captured"));
			return String.valueOf(this.cairn.lastErrorId());
		}

		@GetMapping("/logged")
		String logged() {
			logger.error("Payment failed", new IllegalStateException("logged"));
			return String.valueOf(this.cairn.lastErrorId());
		}

		@GetMapping("/twice")
		String twice() {
			IllegalStateException first = new IllegalStateException("first");
			this.cairn.capture(first);
			this.cairn.capture(new IllegalStateException("second"));
			this.cairn.capture(first);
			return String.valueOf(this.cairn.lastErrorId());
		}

		@GetMapping("/fine")
		String fine() {
			return String.valueOf(Cairn.get().lastErrorId());
		}

	}

	@RestController
	static class ErrorPage implements ErrorController {

		private final Cairn cairn;

		ErrorPage(Cairn cairn) {
			this.cairn = cairn;
		}

		@RequestMapping("/error")
		ResponseEntity<String> error(HttpServletRequest request) {
			return ResponseEntity.status((Integer) request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE))
				.body(String.valueOf(this.cairn.lastErrorId()));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Orders.class, ErrorPage.class })
	static class Shop {

	}

}
