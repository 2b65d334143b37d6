package dev.cairn.spring.notify;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import tools.jackson.core.io.JsonStringEncoder;

/**
 * Posts notifications to an incoming webhook of Slack, or of a chat that reads the same
 * JSON. The address is a secret: it is part of no message. Redirects are not followed,
 * because they would send the text elsewhere.
 */
final class WebhookNotifier implements Notifier {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

	private static final int FIRST_SUCCESS = 200;

	private static final int FIRST_REDIRECT = 300;

	private final URI address;

	private final Duration timeout;

	WebhookNotifier(URI address, Duration timeout) {
		this.address = address;
		this.timeout = timeout;
	}

	/** A client has threads, so there is one only while a notification is sent. */
	@Override
	public void send(Notification notification) throws IOException, InterruptedException {
		HttpRequest request = HttpRequest.newBuilder(this.address)
			.timeout(this.timeout)
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(json(notification)))
			.build();
		HttpClient client = HttpClient.newBuilder()
			.connectTimeout(CONNECT_TIMEOUT)
			.followRedirects(HttpClient.Redirect.NEVER)
			.build();
		HttpResponse<Void> response = client.send(request, BodyHandlers.discarding());
		if (response.statusCode() < FIRST_SUCCESS || response.statusCode() >= FIRST_REDIRECT) {
			throw new IOException("the webhook answered with status " + response.statusCode());
		}
	}

	/** Slack reads these characters as markup, such as a mention of everybody. */
	private static String json(Notification notification) {
		String text = notification.plainText().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
		StringBuilder json = new StringBuilder("{\"text\":\"");
		JsonStringEncoder.getInstance().quoteAsString(text, json);
		return json.append("\"}").toString();
	}

}
