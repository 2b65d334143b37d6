package dev.cairn.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

import org.jspecify.annotations.Nullable;

/**
 * A body up to a size. A larger one ends the connection.
 */
final class LimitedBody implements BodySubscriber<byte[]> {

	private final int max;

	private final CompletableFuture<byte[]> body = new CompletableFuture<>();

	private final ByteArrayOutputStream received = new ByteArrayOutputStream();

	private @Nullable Subscription subscription;

	LimitedBody(int max) {
		this.max = max;
	}

	@Override
	public CompletionStage<byte[]> getBody() {
		return this.body;
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.subscription = subscription;
		subscription.request(1);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		Subscription current = this.subscription;
		if (current == null || this.body.isDone()) {
			return;
		}
		int more = buffers.stream().mapToInt(ByteBuffer::remaining).sum();
		if (more > this.max - this.received.size()) {
			current.cancel();
			this.body.completeExceptionally(new TooLargeException());
			return;
		}
		for (ByteBuffer buffer : buffers) {
			byte[] bytes = new byte[buffer.remaining()];
			buffer.get(bytes);
			this.received.writeBytes(bytes);
		}
		current.request(1);
	}

	@Override
	public void onError(Throwable failure) {
		this.body.completeExceptionally(failure);
	}

	@Override
	public void onComplete() {
		this.body.complete(this.received.toByteArray());
	}

	/** The body is larger. */
	static final class TooLargeException extends IOException {

		private static final long serialVersionUID = 1L;

		TooLargeException() {
			super("The body is too large");
		}

	}

}
