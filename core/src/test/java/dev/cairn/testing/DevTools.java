package dev.cairn.testing;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The DevTools protocol of Chromium for one page: commands with their results, and
 * events. Thread-safe.
 */
final class DevTools implements WebSocket.Listener {

	private static final int LIMIT_MINUTES = 3;

	private static final JsonMapper JSON = new JsonMapper();

	private final BiConsumer<String, JsonNode> events;

	private final Map<Integer, CompletableFuture<JsonNode>> commands = new ConcurrentHashMap<>();

	private final AtomicInteger last = new AtomicInteger();

	private final StringBuilder message = new StringBuilder();

	private final CompletableFuture<WebSocket> socket;

	/** Sends one after the other, as the socket requires; guarded by this. */
	private CompletableFuture<WebSocket> sent;

	/**
	 * Connects to a page.
	 * @param page the address of its socket
	 * @param events receives the name and the parameters of each event
	 */
	DevTools(URI page, BiConsumer<String, JsonNode> events) {
		this.events = events;
		this.socket = HttpClient.newHttpClient().newWebSocketBuilder().buildAsync(page, this);
		this.sent = this.socket;
	}

	/**
	 * Sends a command and waits for its result.
	 * @param method the name of the command
	 * @param parameters its parameters
	 * @return the result
	 * @throws IllegalStateException if the browser refuses it
	 */
	JsonNode call(String method, Map<String, ?> parameters) {
		JsonNode answer;
		try {
			answer = send(method, parameters).get(LIMIT_MINUTES, TimeUnit.MINUTES);
		}
		catch (ExecutionException | TimeoutException ex) {
			throw new IllegalStateException(method + " " + parameters, ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
		if (answer.has("error")) {
			throw new IllegalStateException(method + ": " + answer.path("error"));
		}
		return answer.path("result");
	}

	/**
	 * Sends a command.
	 * @param method the name of the command
	 * @param parameters its parameters
	 * @return its answer, with a result or an error
	 */
	CompletableFuture<JsonNode> send(String method, Map<String, ?> parameters) {
		int id = this.last.incrementAndGet();
		CompletableFuture<JsonNode> answer = new CompletableFuture<>();
		this.commands.put(id, answer);
		String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
		synchronized (this) {
			this.sent = this.sent.thenCompose((open) -> open.sendText(text, true));
			this.sent.exceptionally((ex) -> {
				answer.completeExceptionally(ex);
				return null;
			});
		}
		return answer;
	}

	@Override
	public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean isLast) {
		this.message.append(data);
		if (isLast) {
			JsonNode received = JSON.readTree(this.message.toString());
			this.message.setLength(0);
			CompletableFuture<JsonNode> command = this.commands.remove(received.path("id").asInt(0));
			if (command != null) {
				command.complete(received);
			}
			else if (received.has("method")) {
				this.events.accept(received.path("method").asString(), received.path("params"));
			}
		}
		webSocket.request(1);
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
		onError(webSocket, new IllegalStateException("The browser has closed the connection: " + reason));
		return CompletableFuture.completedFuture(null);
	}

	@Override
	public void onError(WebSocket webSocket, Throwable error) {
		this.commands.values().forEach((command) -> command.completeExceptionally(error));
	}

}
