package dev.cairn.console;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

import dev.cairn.internal.Text;
import dev.cairn.internal.Threads;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON of peers, several at the same time. Redirects are not followed, since they
 * would lead to an address that is not configured. Of an answer, only the parsed JSON is
 * passed on. Thread-safe.
 */
final class PeerClient {

	/** The header with the id of the instance that has answered. */
	static final String INSTANCE = "Cairn-Instance";

	private static final Pattern JSON = Pattern.compile("application/([a-z0-9.+-]+\\+)?json *(;.*)?");

	private static final int MAX_REASON = 300;

	private static final int OK = 200;

	private static final int BAD_REQUEST = 400;

	private static final int UNAUTHORIZED = 401;

	private static final int FORBIDDEN = 403;

	private static final int NOT_FOUND = 404;

	private static final int BAD_GATEWAY = 502;

	private static final int UNAVAILABLE = 503;

	private static final int GATEWAY_TIMEOUT = 504;

	private final Duration timeout;

	private final Semaphore permits = new Semaphore(Peers.MAX);

	/**
	 * A client has threads. It is kept while it is used. The garbage collector removes it
	 * with its threads when no peer is read any more.
	 */
	private WeakReference<@Nullable HttpClient> client = new WeakReference<>(null);

	PeerClient(Duration timeout) {
		this.timeout = timeout;
	}

	/** Reads one peer. */
	Reading read(Instance peer, String path) {
		return read(List.of(peer), path).get(0);
	}

	/**
	 * Reads peers, and waits at most until the timeout is over.
	 * @param peers the peers
	 * @param path the path below the addresses of the peers, with its query
	 * @return what each of them has answered, in the same order
	 */
	List<Reading> read(Collection<Instance> peers, String path) {
		if (peers.isEmpty()) {
			return List.of();
		}
		HttpClient current = client();
		long deadline = Threads.deadline(this.timeout);
		Map<Instance, CompletableFuture<HttpResponse<byte[]>>> sent = new LinkedHashMap<>();
		peers.forEach((peer) -> sent.put(peer, send(current, peer, path, deadline)));
		List<Reading> readings = new ArrayList<>();
		sent.forEach((peer, response) -> readings.add(await(peer, response, deadline)));
		return readings;
	}

	private synchronized HttpClient client() {
		HttpClient current = this.client.get();
		if (current == null) {
			current = HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_1_1)
				.connectTimeout(this.timeout)
				.followRedirects(HttpClient.Redirect.NEVER)
				.build();
			this.client = new WeakReference<>(current);
		}
		return current;
	}

	private CompletableFuture<HttpResponse<byte[]>> send(HttpClient current, Instance peer, String path,
			long deadline) {
		try {
			if (!this.permits.tryAcquire(Threads.left(deadline).toNanos(), TimeUnit.NANOSECONDS)) {
				return CompletableFuture.failedFuture(new NoRoomException());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return CompletableFuture.failedFuture(new NoRoomException());
		}
		try {
			CompletableFuture<HttpResponse<byte[]>> response = current.sendAsync(request(peer, path),
					(info) -> new LimitedBody(Json.MAX_BYTES));
			response.whenComplete((answer, failure) -> this.permits.release());
			return response;
		}
		catch (RuntimeException ex) {
			this.permits.release();
			return CompletableFuture.failedFuture(ex);
		}
	}

	private HttpRequest request(Instance peer, String path) {
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(peer.url() + "/" + path))
			.timeout(this.timeout)
			.header("Accept", "application/json");
		String authorization = peer.authorization();
		if (authorization != null) {
			request.header("Authorization", authorization);
		}
		return request.GET().build();
	}

	private Reading await(Instance peer, CompletableFuture<HttpResponse<byte[]>> response, long deadline) {
		try {
			return answer(peer, response.get(Threads.left(deadline).toNanos(), TimeUnit.NANOSECONDS));
		}
		catch (TimeoutException ex) {
			return tooSlow(peer);
		}
		catch (ExecutionException ex) {
			return failed(peer, ex.getCause());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return Reading.failed(peer, UNAVAILABLE, "was not read, because the application is stopping");
		}
		finally {
			// Without an effect on one that has ended
			response.cancel(true);
		}
	}

	private Reading tooSlow(Instance peer) {
		return Reading.failed(peer, GATEWAY_TIMEOUT, "did not answer within " + this.timeout.toMillis() + " ms");
	}

	/** The text of a failure may contain the request, so its type has to do. */
	private Reading failed(Instance peer, @Nullable Throwable failure) {
		if (failure instanceof HttpTimeoutException) {
			return tooSlow(peer);
		}
		if (failure instanceof NoRoomException) {
			return Reading.failed(peer, UNAVAILABLE, "was not read, because too many peers are read at the same time");
		}
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof LimitedBody.TooLargeException) {
				return Reading.failed(peer, BAD_GATEWAY, "answered with more than " + Json.MAX_BYTES + " bytes");
			}
		}
		return Reading.failed(peer, BAD_GATEWAY,
				"cannot be reached (" + ((failure != null) ? failure.getClass().getSimpleName() : "unknown") + ")");
	}

	private static Reading answer(Instance peer, HttpResponse<byte[]> response) {
		int status = response.statusCode();
		String type = response.headers().firstValue("Content-Type").orElse("").toLowerCase(Locale.ROOT);
		Map<String, @Nullable Object> value = JSON.matcher(type).matches() ? Parsed.parse(response.body()) : null;
		if (status == OK && value != null) {
			return new Reading(peer, response.headers().firstValue(INSTANCE).orElse(null), value, OK, null);
		}
		String error = (value != null) ? Parsed.text(value, "error") : null;
		if (status == BAD_REQUEST && error != null) {
			return Reading.failed(peer, BAD_REQUEST, "answered: " + Text.cut(error, MAX_REASON));
		}
		return Reading.failed(peer, (status == NOT_FOUND) ? NOT_FOUND : BAD_GATEWAY, reason(status));
	}

	private static String reason(int status) {
		if (status == OK) {
			return "answered with something that is no JSON";
		}
		if (status / 100 == 3) {
			return "answered with a redirect, which is not followed";
		}
		if (status == UNAUTHORIZED || status == FORBIDDEN) {
			return "refused the credentials of this console (status " + status + ")";
		}
		if (status == NOT_FOUND) {
			return "does not have this (status 404). Is the endpoint exposed at its address?";
		}
		return "answered with the status " + status;
	}

	/**
	 * The answer of a peer.
	 *
	 * @param peer the peer
	 * @param instance the id of the instance, or {@code null} if it is not known
	 * @param value the JSON, or {@code null} if there is none
	 * @param status the status for the browser
	 * @param reason what is wrong, or {@code null} if nothing is
	 */
	record Reading(Instance peer, @Nullable String instance, @Nullable Map<String, @Nullable Object> value, int status,
			@Nullable String reason) {

		static Reading failed(Instance peer, int status, String reason) {
			return new Reading(peer, null, null, status, reason);
		}

		boolean isMissing() {
			return this.status == NOT_FOUND;
		}

		/** Returns the failure as the browser sees it. */
		Answer toAnswer(boolean item) {
			return Answer.error((isMissing() && !item) ? BAD_GATEWAY : this.status,
					"The instance " + this.peer.name() + " " + this.reason + ".");
		}

	}

	/** Too many peers are read. */
	private static final class NoRoomException extends IOException {

		private static final long serialVersionUID = 1L;

	}

}
