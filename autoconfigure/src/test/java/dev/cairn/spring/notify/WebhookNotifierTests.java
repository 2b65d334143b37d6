package dev.cairn.spring.notify;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;

import dev.cairn.spring.notify.Notification.Kind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link WebhookNotifier} with a real server.
 */
class WebhookNotifierTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private WebhookServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = new WebhookServer();
	}

	@AfterEach
	void stop() {
		this.server.close();
	}

	static Notification notification(String text) {
		return new Notification(Kind.NEW_INCIDENT, Instant.EPOCH, "shop", "production", "New failure: Oops", text, "e1",
				"t1", 3);
	}

	@Test
	void postsTheJsonOfSlack() throws Exception {
		new WebhookNotifier(URI.create(this.server.url("/services/T0/B0")), PATIENCE).send(notification("it broke"));
		assertThat(this.server.contentTypes()).containsExactly("application/json");
		assertThat(this.server.texts())
			.containsExactly("[shop production] New failure: Oops\nit broke\nError id: e1\nTrace id: t1\n"
					+ "Count: 3\nTime: 1970-01-01T00:00:00Z\n");
	}

	@Test
	void mentionsNobody() throws Exception {
		new WebhookNotifier(URI.create(this.server.url("/")), PATIENCE).send(notification("<!channel> & \"all\""));
		assertThat(this.server.texts().get(0)).contains("&lt;!channel&gt; &amp; \"all\"");
	}

	@Test
	void failsWithTheStatusAndWithoutTheAddress() {
		this.server.answerWith(500);
		WebhookNotifier notifier = new WebhookNotifier(URI.create(this.server.url("/secret-path")), PATIENCE);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> notifier.send(notification("")))
			.withMessage("the webhook answered with status 500");
	}

	@Test
	void followsNoRedirect() {
		this.server.answerWith(302);
		WebhookNotifier notifier = new WebhookNotifier(URI.create(this.server.url("/")), PATIENCE);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> notifier.send(notification("")))
			.withMessageContaining("302");
		assertThat(this.server.bodies()).hasSize(1);
	}

	@Test
	void givesUpOnAServerThatDoesNotAnswer() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			WebhookNotifier notifier = new WebhookNotifier(
					URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/secret-path"), Duration.ofMillis(200));
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> notifier.send(notification("")))
				.withMessageNotContaining("secret-path");
		}
	}

}
