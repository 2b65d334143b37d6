package dev.cairn.spring.incident;

import java.io.IOException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

import dev.cairn.spring.incident.Shape.Rethrown;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SpanProcessor;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.TaskDecorator;
import org.springframework.core.task.support.ContextPropagatingTaskDecorator;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * An application that fails in every way there is.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
@EnableScheduling
@Import({ WaysIn.Ways.class, WaysIn.Background.class, WaysIn.Clock.class, WaysIn.OwnAdvice.class,
		WaysIn.FailingFilter.class })
class WaysIn {

	private static final Logger logger = LoggerFactory.getLogger("com.example.Shop");

	/** The failures that were made, by their message. */
	static final Map<String, Throwable> failures = new ConcurrentHashMap<>();

	/** The spans that have ended, by the id of the error that they carry. */
	static final Map<String, ReadableSpan> spans = new ConcurrentHashMap<>();

	@Bean
	SpanProcessor recordingSpanProcessor() {
		return new RecordingSpanProcessor();
	}

	/** The trace goes along to other threads, as services with tracing have it. */
	@Bean
	TaskDecorator contextPropagation() {
		return new ContextPropagatingTaskDecorator();
	}

	private static RuntimeException fail(Shape shape, String message) {
		return shape.fail(failure(message));
	}

	private static RuntimeException failure(String message) {
		RuntimeException failure = new IllegalStateException(message);
		failures.put(message, failure);
		return failure;
	}

	@RestController
	static class Ways {

		private final Background background;

		private final Clock clock;

		private final Executor executor;

		Ways(Background background, Clock clock, @Qualifier("applicationTaskExecutor") Executor executor) {
			this.executor = executor;
			this.background = background;
			this.clock = clock;
		}

		@GetMapping("/fence")
		String fence() {
			return "";
		}

		@GetMapping("/controller")
		String controller(@RequestParam Shape shape, @RequestParam String message) {
			throw fail(shape, message);
		}

		@GetMapping("/advice")
		String advice(@RequestParam Shape shape, @RequestParam String message) throws HandledException {
			throw new HandledException(fail(shape, message));
		}

		@GetMapping("/filter")
		String filter() {
			return "not reached";
		}

		@GetMapping("/callable")
		Callable<String> callable(@RequestParam Shape shape, @RequestParam String message) {
			return () -> {
				throw fail(shape, message);
			};
		}

		@GetMapping("/deferred")
		DeferredResult<String> deferred(@RequestParam Shape shape, @RequestParam String message) {
			DeferredResult<String> result = new DeferredResult<>();
			result.setErrorResult(fail(shape, message));
			return result;
		}

		@GetMapping("/future")
		CompletableFuture<String> future(@RequestParam Shape shape, @RequestParam String message) {
			return CompletableFuture.supplyAsync(() -> {
				throw fail(shape, message);
			}, this.executor);
		}

		@GetMapping("/logged")
		String logged(@RequestParam Shape shape, @RequestParam String message) {
			logger.error("caught", fail(shape, message));
			return "fine all the same";
		}

		@GetMapping("/async")
		String async(@RequestParam Shape shape, @RequestParam String message) {
			this.background.fail(shape, message);
			return "";
		}

		@GetMapping("/scheduled")
		String scheduled(@RequestParam Shape shape, @RequestParam String message) {
			this.clock.work.add(() -> {
				throw fail(shape, message);
			});
			return "";
		}

		@GetMapping("/thread")
		String thread(@RequestParam Shape shape, @RequestParam String message) {
			new Thread(() -> {
				throw fail(shape, message);
			}).start();
			return "";
		}

	}

	static class Background {

		@Async
		void fail(Shape shape, String message) {
			throw WaysIn.fail(shape, message);
		}

	}

	static class Clock {

		private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();

		@Scheduled(fixedDelay = 10)
		void tick() {
			Runnable next = this.work.poll();
			if (next != null) {
				next.run();
			}
		}

	}

	@ControllerAdvice
	static class OwnAdvice {

		@ExceptionHandler
		ProblemDetail handle(HandledException ex) {
			return ProblemDetail.forStatus(HttpStatus.SERVICE_UNAVAILABLE);
		}

		@ExceptionHandler
		ProblemDetail handle(Rethrown ex) {
			throw new IllegalArgumentException("thrown by the advice", ex);
		}

	}

	@Order(0)
	static class FailingFilter extends OncePerRequestFilter {

		@Override
		protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
				throws ServletException, IOException {
			if (request.getRequestURI().equals("/filter")) {
				throw fail(Shape.valueOf(request.getParameter("shape")), request.getParameter("message"));
			}
			chain.doFilter(request, response);
		}

	}

	/** Answered by the application's own advice. */
	@SuppressWarnings("serial")
	static final class HandledException extends Exception {

		HandledException(Throwable cause) {
			super("handled", cause);
		}

	}

	private static final class RecordingSpanProcessor implements SpanProcessor {

		@Override
		public void onStart(Context parent, ReadWriteSpan span) {
		}

		@Override
		public boolean isStartRequired() {
			return false;
		}

		@Override
		public void onEnd(ReadableSpan span) {
			String errorId = span.getAttribute(AttributeKey.stringKey("error.id"));
			if (errorId != null) {
				spans.put(errorId, span);
			}
		}

		@Override
		public boolean isEndRequired() {
			return true;
		}

	}

}
