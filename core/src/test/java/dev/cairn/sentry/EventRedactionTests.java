package dev.cairn.sentry;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.cairn.redaction.Redactor;
import dev.cairn.testing.SentryServer;
import io.sentry.Breadcrumb;
import io.sentry.Hint;
import io.sentry.Sentry;
import io.sentry.SentryEvent;
import io.sentry.SentryOptions;
import io.sentry.protocol.Message;
import io.sentry.protocol.Request;
import io.sentry.protocol.Response;
import io.sentry.protocol.SentryException;
import io.sentry.protocol.SentryStackFrame;
import io.sentry.protocol.SentryStackTrace;
import io.sentry.protocol.SentryThread;
import io.sentry.protocol.User;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EventRedaction}: a secret is planted, and the bytes on the wire are
 * searched for it.
 */
@Timeout(120)
class EventRedactionTests {

	private static final String SECRET = "s3cr3tT0kenValue42";

	private static final SentryDestination DESTINATION = new SentryDestination(Sentry::getCurrentScopes, () -> null);

	private static final String CARD = "4111111111111111";

	private final SentryServer server = new SentryServer();

	@BeforeEach
	void start() {
		this.server.start();
		Sentry.init((options) -> {
			options.setDsn(this.server.dsn());
			options.setShutdownTimeoutMillis(0);
			options.setFlushTimeoutMillis(0);
			options.setEnableUncaughtExceptionHandler(false);
			options.setEnableShutdownHook(false);
			options.setTracesSampleRate(1.0);
			options.addEventProcessor(new CairnEventProcessor(DESTINATION, () -> null, Redactor.DEFAULT));
		});
	}

	@AfterEach
	void stop() {
		Sentry.close();
		this.server.stop();
	}

	@Test
	void masksTheMessage() {
		SentryEvent event = new SentryEvent();
		Message message = new Message();
		message.setFormatted("logged in with password=" + SECRET);
		message.setMessage("token: " + SECRET);
		message.setParams(List.of("Bearer " + SECRET, CARD));
		event.setMessage(message);
		assertThatNoSecretLeaves(event);
		assertThat(this.server.awaitEvent().get("message").get("formatted").asString())
			.isEqualTo("logged in with password=" + Redactor.MASK);
	}

	@Test
	void masksTheMessagesOfExceptionsAndTheirCauses() {
		assertThatNoSecretLeaves(new SentryEvent(new RuntimeException("password=" + SECRET,
				new IllegalStateException("jdbc:x://app:" + SECRET + "@db"))));
		assertThat(this.server.awaitEvent().get("exception").get("values")).hasSize(2);
	}

	@Test
	void masksTheVariablesOfFrames() {
		SentryStackFrame frame = new SentryStackFrame();
		frame.setVars(new HashMap<>(Map.of("password", SECRET, "card", CARD, "note", "token=" + SECRET, "id", "7")));
		SentryException exception = new SentryException();
		exception.setStacktrace(new SentryStackTrace(List.of(frame)));
		SentryThread thread = new SentryThread();
		thread.setStacktrace(new SentryStackTrace(List.of(frame)));
		SentryEvent event = new SentryEvent();
		event.setExceptions(List.of(exception));
		event.setThreads(List.of(thread));
		assertThatNoSecretLeaves(event);
		assertThat(this.server.awaitEvent().at("/exception/values/0/stacktrace/frames/0/vars/id").asString())
			.isEqualTo("7");
	}

	@Test
	void masksTheRequest() {
		SentryEvent event = new SentryEvent();
		Request request = new Request();
		request.setUrl("https://user:" + SECRET + "@host/path");
		request.setQueryString("access_token=" + SECRET + "&x=1");
		request.setFragment("token=" + SECRET);
		request.setCookies("a=" + SECRET);
		request.setHeaders(new HashMap<>(Map.of("Authorization", "Basic " + SECRET, "X-Api-Key", SECRET, "X-Note",
				"token=" + SECRET, "Accept", "text/html")));
		request.setEnvs(new HashMap<>(Map.of("DB_PASSWORD", SECRET)));
		request.setOthers(new HashMap<>(Map.of("session", SECRET)));
		request.setData(Map.of("card", CARD, "list", List.of(Map.of("secret", SECRET))));
		event.setRequest(request);
		assertThatNoSecretLeaves(event);
		JsonNode sent = this.server.awaitEvent().get("request");
		assertThat(sent.get("headers").get("Accept").asString()).isEqualTo("text/html");
		assertThat(sent.get("query_string").asString()).isEqualTo("access_token=" + Redactor.MASK + "&x=1");
	}

	@Test
	void masksWhatAQueryStringEncodes() {
		SentryEvent event = new SentryEvent();
		Request request = new Request();
		request.setQueryString("card=4111+1111+1111+1111&user%5Bpassword%5D=" + SECRET + "&q=a%20b");
		request.setData("{\"authorization\":5,\"b\":6}");
		event.setRequest(request);
		assertThatNoSecretLeaves(event);
		JsonNode sent = this.server.awaitEvent().get("request");
		assertThat(sent.get("query_string").asString()).isEqualTo("card=********&user%5Bpassword%5D=********&q=a%20b");
		assertThat(sent.get("data").asString()).isEqualTo("{\"authorization\":\"********\",\"b\":6}");
	}

	@Test
	void masksKeysAndArraysOfCharacters() {
		SentryEvent event = new SentryEvent();
		event.setExtra("map", Map.of("Bearer " + SECRET, 1));
		event.setExtra("chars", ("password=" + SECRET).toCharArray());
		event.setExtra("order", Long.valueOf(CARD.replace('1', '0')));
		assertThatNoSecretLeaves(event);
		assertThat(this.server.awaitEvent().get("extra").get("chars").asString())
			.isEqualTo("password=" + Redactor.MASK);
	}

	@Test
	void masksTagsAndExtras() {
		SentryEvent event = new SentryEvent();
		event.setTag("session_id", SECRET);
		event.setTag("note", "token=" + SECRET);
		event.setTag("tenant", "t1");
		event.setExtra("password", SECRET);
		event.setExtra("nested", Map.of("api_key", SECRET, "list", List.of("secret=" + SECRET)));
		event.setExtra("number", Long.valueOf(CARD));
		assertThatNoSecretLeaves(event);
		assertThat(this.server.awaitEvent().get("tags").get("tenant").asString()).isEqualTo("t1");
	}

	@Test
	void masksContexts() {
		SentryEvent event = new SentryEvent();
		event.getContexts().put("order", new HashMap<>(Map.of("token", SECRET, "id", 7)));
		event.getContexts().put("credentials", SECRET);
		event.getContexts().set("headers", new String[] { "Authorization: Bearer " + SECRET, "Accept: text/html" });
		event.getContexts().set("set", Set.of("password=" + SECRET));
		event.getContexts().set("object", new Credentials("me", SECRET));
		Response response = new Response();
		response.setCookies("a=" + SECRET);
		response.setHeaders(new HashMap<>(Map.of("Set-Cookie", SECRET)));
		response.setData("{\"token\":\"" + SECRET + "\"}");
		event.getContexts().setResponse(response);
		assertThatNoSecretLeaves(event);
		assertThat(this.server.awaitEvent().get("contexts").get("order").get("id").asInt()).isEqualTo(7);
	}

	@Test
	void masksBreadcrumbs() {
		Breadcrumb breadcrumb = Breadcrumb.http("https://host/?token=" + SECRET, "GET");
		breadcrumb.setMessage("Authorization: Bearer " + SECRET);
		breadcrumb.setData("password", SECRET);
		breadcrumb.setData("body", Map.of("secret", SECRET));
		Sentry.addBreadcrumb(breadcrumb);
		assertThatNoSecretLeaves(new SentryEvent());
		assertThat(this.server.awaitEvent().get("breadcrumbs").toString()).contains("https://host/");
	}

	@Test
	void masksTheUser() {
		User user = new User();
		user.setUsername("token=" + SECRET);
		user.setData(new HashMap<>(Map.of("password", SECRET, "plan", "gold")));
		Sentry.setUser(user);
		assertThatNoSecretLeaves(new SentryEvent());
		assertThat(this.server.awaitEvent().get("user").get("data").get("plan").asString()).isEqualTo("gold");
	}

	@Test
	void masksTransactionAndFingerprints() {
		SentryEvent event = new SentryEvent();
		event.setTransaction("GET /?token=" + SECRET);
		event.setFingerprints(List.of("password=" + SECRET));
		assertThatNoSecretLeaves(event);
	}

	@Test
	void masksTheDataOfTransactions() {
		var transaction = Sentry.startTransaction("GET /orders", "http.server");
		transaction.setTag("session", SECRET);
		transaction.setData("password", SECRET);
		var span = transaction.startChild("db");
		span.setData("secret", SECRET);
		span.setTag("note", "token=" + SECRET);
		span.finish();
		transaction.finish();
		this.server.awaitBody("\"type\":\"transaction\"");
		assertThat(this.server.bodies()).noneMatch((body) -> body.contains(SECRET));
	}

	@Test
	void doesNotSendWhatItCannotRedact() {
		SentryEvent event = new SentryEvent();
		event.setExtra("broken", new AbstractMap<String, Object>() {

			@Override
			public Set<Entry<String, Object>> entrySet() {
				throw new IllegalStateException("no");
			}

		});
		assertThat(new CairnEventProcessor(DESTINATION, () -> null, Redactor.DEFAULT).process(event, new Hint()))
			.isNull();
	}

	@Test
	void masksNothingWhenItIsSwitchedOff() {
		SentryEvent event = new SentryEvent();
		event.setTag("session", "visible");
		assertThat(new CairnEventProcessor(DESTINATION, () -> null, Redactor.NONE).process(event, new Hint())
			.getTag("session")).isEqualTo("visible");
	}

	private void assertThatNoSecretLeaves(SentryEvent event) {
		SentryOptions options = Sentry.getCurrentScopes().getOptions();
		assertThat(options.getEventProcessors()).anyMatch(CairnEventProcessor.class::isInstance);
		Sentry.captureEvent(event);
		this.server.awaitEvent();
		assertThat(this.server.bodies()).isNotEmpty()
			.noneMatch((body) -> body.contains(SECRET))
			.noneMatch((body) -> body.contains(CARD));
	}

	/** Sentry's client would write its fields. */
	private record Credentials(String name, String password) {
	}

}
