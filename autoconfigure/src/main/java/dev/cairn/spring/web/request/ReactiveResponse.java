package dev.cairn.spring.web.request;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.ZeroCopyHttpOutputMessage;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.util.ClassUtils;
import org.springframework.web.util.DisconnectedClientHelper;

/**
 * Counts the bytes of the body that are handed over to the server, and notes that the
 * client has disconnected: reading or writing fails, or the server gives up the body.
 */
class ReactiveResponse extends ServerHttpResponseDecorator {

	private static final boolean SERVLETS = ClassUtils.isPresent("jakarta.servlet.http.HttpServletResponse",
			ReactiveResponse.class.getClassLoader());

	private final AtomicLong bytes = new AtomicLong();

	private volatile boolean bodyFailed;

	private volatile boolean broken;

	private ReactiveResponse(ServerHttpResponse response) {
		super(response);
	}

	/** Spring sends a file by the server itself, if the response can do that. */
	static ReactiveResponse of(ServerHttpResponse response) {
		return (response instanceof ZeroCopyHttpOutputMessage files) ? new WithFiles(response, files)
				: new ReactiveResponse(response);
	}

	long bytes() {
		return this.bytes.get();
	}

	boolean isBroken() {
		return this.broken;
	}

	/**
	 * Returns whether a servlet container answers an exception, although Spring considers
	 * the response as committed.
	 */
	boolean isAnsweredByServer() {
		return SERVLETS && ServletEngine.isOpen(getNativeResponse(getDelegate()));
	}

	/** The request whose body is read from the same connection. */
	ServerHttpRequest watch(ServerHttpRequest request) {
		return new ServerHttpRequestDecorator(request) {

			@Override
			public Flux<DataBuffer> getBody() {
				return super.getBody().doOnError(ReactiveResponse.this::connectionFailed);
			}

		};
	}

	/** A single buffer is written in another way than several of them. */
	@Override
	public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
		Publisher<? extends DataBuffer> counted = (body instanceof Mono)
				? Mono.from(body).doOnNext(this::count).doOnError(this::bodyFailed).doOnCancel(this::givenUp)
				: Flux.from(body).doOnNext(this::count).doOnError(this::bodyFailed).doOnCancel(this::givenUp);
		return super.writeWith(counted).doOnError(this::failed);
	}

	@Override
	public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
		return super.writeAndFlushWith(Flux.from(body)
			.map((part) -> Flux.from(part).doOnNext(this::count).doOnCancel(this::givenUp))
			.doOnError(this::bodyFailed)
			.doOnCancel(this::givenUp)).doOnError(this::failed);
	}

	private void count(DataBuffer buffer) {
		this.bytes.addAndGet(buffer.readableByteCount());
	}

	/** Other connections break with the same messages as that of the client. */
	private void bodyFailed(Throwable failure) {
		this.bodyFailed = true;
	}

	private void failed(Throwable failure) {
		if (!this.bodyFailed) {
			connectionFailed(failure);
		}
	}

	private void connectionFailed(Throwable failure) {
		if (DisconnectedClientHelper.isClientDisconnectedException(failure)
				|| (SERVLETS && ServletEngine.isEarlyEnd(failure))) {
			this.broken = true;
		}
	}

	private void givenUp() {
		this.broken = true;
	}

	/**
	 * The response of a server that sends files by itself.
	 */
	private static final class WithFiles extends ReactiveResponse implements ZeroCopyHttpOutputMessage {

		private final ZeroCopyHttpOutputMessage files;

		WithFiles(ServerHttpResponse response, ZeroCopyHttpOutputMessage files) {
			super(response);
			this.files = files;
		}

		@Override
		public Mono<Void> writeWith(Path file, long position, long count) {
			return this.files.writeWith(file, position, count)
				.doOnSubscribe((subscription) -> super.bytes.addAndGet(count))
				.doOnError(super::failed);
		}

	}

}
