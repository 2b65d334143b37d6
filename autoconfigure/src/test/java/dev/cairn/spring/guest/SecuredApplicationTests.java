package dev.cairn.spring.guest;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.cairn.Cairn;
import dev.cairn.Message;
import dev.cairn.delivery.MemorySink;
import dev.cairn.spring.test.RunningApplication;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.security.access.AccessDeniedException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for an application with Spring Security and problem details.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecuredApplicationTests {

	private static final String JOE = basic("joe:secret");

	private RunningApplication application;

	@BeforeAll
	void start() {
		this.application = RunningApplication.start(SecuredApplication.class, "spring.mvc.problemdetails.enabled=true",
				"cairn.sampling.rules[0].signal=timer", "cairn.sampling.rules[0].name=spring.security.authorizations",
				"cairn.sampling.rules[0].rate=0");
	}

	@BeforeEach
	void forget() {
		this.application.get("/fence");
		this.application.bean(MemorySink.class).clear();
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@ParameterizedTest
	@CsvSource({ "/basic/user, , 401", "/basic/user, joe:wrong, 401", "/basic/user, nobody:x, 401",
			"/basic/user, joe:secret, 200", "/basic/admin, joe:secret, 403", "/basic/admin, eve:secret, 200",
			"/form/user, , 302", "/method/controller, , 401", "/method/controller, joe:secret, 403",
			"/method/controller, eve:secret, 200", "/method/service, , 401", "/method/service, joe:secret, 403",
			"/method/service, eve:secret, 200", "/method/wrapped, joe:secret, 403", "/method/logged, joe:secret, 403",
			"/method/logged, , 401", "/method/advised, joe:secret, 403" })
	void refusesWithoutAnIncident(String path, String user, int status) {
		HttpResponse<String> response = (user != null)
				? this.application.get(path, "Accept", "application/json", "Authorization", basic(user))
				: this.application.get(path, "Accept", "application/json");
		assertRefused(response, status);
	}

	@ParameterizedTest
	@CsvSource({ "/token/user, , 401", "/token/user, garbage, 401", "/token/user, expired, 401",
			"/token/user, user, 200", "/token/admin, user, 403", "/token/admin, admin, 200" })
	void refusesTokensWithoutAnIncident(String path, String scope, int status) {
		HttpResponse<String> response = (scope != null) ? this.application.get(path, "Authorization", bearer(scope))
				: this.application.get(path);
		assertRefused(response, status);
	}

	private void assertRefused(HttpResponse<String> response, int status) {
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(response.headers().firstValue("X-Error-Id")).isEmpty();
		assertThat(response.body()).doesNotContain("errorId");
		this.application.get("/fence");
		assertThat(incidents()).isEmpty();
		assertThat(errorsOfTheContainer()).isEmpty();
	}

	@Test
	void capturesThatUsersCannotBeRead() {
		HttpResponse<String> response = this.application.get("/basic/user", "Authorization", basic("broken:secret"));
		assertThat(response.statusCode()).isEqualTo(401);
		assertCaptured(response, "the database of users is down");
		assertThat(incidents().get(0).fields()).containsEntry("method", "GET");
	}

	@Test
	void capturesThatUsersOfAFormCannotBeRead() {
		HttpResponse<String> response = this.application.send("POST", "/login?username=broken&password=secret");
		assertThat(response.statusCode()).isEqualTo(302);
		this.application.get("/fence");
		assertThat(incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.thrown()).hasMessageContaining("users is down"));
	}

	@Test
	void capturesThatTokensCannotBeChecked() {
		HttpResponse<String> response = this.application.get("/token/user", "Authorization", "Bearer unreachable");
		assertThat(response.statusCode()).isEqualTo(500);
		assertCaptured(response, "The keys cannot be fetched");
	}

	@ParameterizedTest
	@CsvSource({ "/method/fails, fails, 500", "/method/unavailable, the directory is down, 401" })
	void capturesOtherFailures(String path, String message, int status) {
		HttpResponse<String> response = this.application.get(path, "Authorization", JOE);
		assertThat(response.statusCode()).isEqualTo(status);
		assertCaptured(response, message);
	}

	private void assertCaptured(HttpResponse<String> response, String message) {
		this.application.get("/fence");
		assertThat(incidents()).singleElement()
			.satisfies((incident) -> assertThat(incident.thrown()).hasMessageContaining(message))
			.satisfies((incident) -> assertThat(response.headers().allValues("X-Error-Id"))
				.containsExactly((String) incident.fields().get("error_id")));
	}

	@Test
	void capturesADeniedAccessOnlyIfTheApplicationAsksForIt() throws InterruptedException {
		AccessDeniedException denied = new AccessDeniedException("denied");
		Thread thread = new Thread(() -> {
			throw denied;
		});
		thread.start();
		thread.join();
		assertThat(incidents()).isEmpty();
		this.application.bean(Cairn.class).capture(denied);
		assertThat(incidents()).singleElement().satisfies((incident) -> assertThat(incident.thrown()).isSameAs(denied));
	}

	@Test
	void timesWhatIsObservedAndNotSwitchedOff() {
		this.application.get("/basic/user", "Authorization", JOE);
		this.application.get("/method/service", "Authorization", JOE);
		MeterRegistry meters = this.application.bean(MeterRegistry.class);
		assertThat(meters.get("spring.security.authentications").timers()).isNotEmpty()
			.allMatch((timer) -> timer.count() > 0);
		assertThat(meters.find("spring.security.authorizations").timers()).isEmpty();
	}

	private List<Message> incidents() {
		return this.application.messages(Message.TYPE_EXCEPTION);
	}

	private static List<ILoggingEvent> errorsOfTheContainer() {
		return RunningApplication.logEvents()
			.stream()
			.filter((event) -> event.getLevel() == Level.ERROR && !event.getLoggerName().startsWith("com.example."))
			.toList();
	}

	static String basic(String user) {
		return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
	}

	static String bearer(String scope) {
		return "Bearer " + switch (scope) {
			case "garbage" -> "garbage";
			case "expired" -> SecuredApplication.token("user", Instant.now().minusSeconds(3600));
			default -> SecuredApplication.token(scope, Instant.now().plusSeconds(3600));
		};
	}

}
