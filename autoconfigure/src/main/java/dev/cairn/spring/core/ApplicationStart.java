package dev.cairn.spring.core;

import java.util.ArrayList;
import java.util.List;

import dev.cairn.Cairn;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.event.SpringApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * The start of an application. A context that fails to refresh destroys its beans before
 * Boot reports the failure, so the beans that deliver it are closed after the report. In
 * all other cases, the context closes them.
 */
final class ApplicationStart implements ApplicationListener<SpringApplicationEvent> {

	private static final Logger logger = LoggerFactory.getLogger(ApplicationStart.class);

	private static final String BEAN_NAME = "cairnApplicationStart";

	/** Sentry's client, which must not close before Cairn has sent the failure. */
	private static final String SENTRY = "sentryHub";

	private @Nullable ConfigurableApplicationContext context;

	private @Nullable Cairn cairn;

	/** Closes the beans after the report, in the order in which they were destroyed. */
	private final List<Runnable> postponed = new ArrayList<>();

	private boolean over;

	@Override
	public synchronized void onApplicationEvent(SpringApplicationEvent event) {
		if (event instanceof ApplicationPreparedEvent prepared) {
			ConfigurableApplicationContext starting = prepared.getApplicationContext();
			if (isOn(starting.getEnvironment(), "cairn.enabled")
					&& isOn(starting.getEnvironment(), "cairn.errors.enabled")) {
				this.context = starting;
				starting.getBeanFactory().registerSingleton(BEAN_NAME, this);
			}
		}
		// Events of child contexts arrive as well
		else if (event instanceof ApplicationStartedEvent started && started.getApplicationContext() == this.context) {
			this.over = true;
		}
	}

	private static boolean isOn(Environment environment, String property) {
		return environment.getProperty(property, Boolean.class, true);
	}

	/**
	 * Closes Cairn, and the client that it sends failures with, when they are destroyed
	 * or, if the start has failed by then, after the failure was reported.
	 */
	static void closeInTurn(DefaultListableBeanFactory beans, String name, Cairn cairn) {
		ApplicationStart start = (beans.getSingleton(BEAN_NAME) instanceof ApplicationStart watching) ? watching : null;
		if (start == null) {
			beans.registerDisposableBean(name, cairn::close);
			return;
		}
		start.cairn = cairn;
		beans.registerDisposableBean(name, () -> start.close(cairn::close));
		Object sentry = beans.containsBeanDefinition(SENTRY) ? beans.getSingleton(SENTRY) : null;
		if (sentry != null) {
			beans.registerDisposableBean(SENTRY, () -> start.close(() -> beans.destroyBean(SENTRY, sentry)));
		}
	}

	private void close(Runnable closing) {
		if (!postpone(closing)) {
			closing.run();
		}
	}

	/** A context that was closed regularly has no failure to report. */
	private synchronized boolean postpone(Runnable closing) {
		return !this.over && this.context != null && !this.context.isClosed() && this.postponed.add(closing);
	}

	/** Captures the failure and closes the postponed beans, which delivers it. */
	private void failed(ConfigurableApplicationContext context, Throwable failure) {
		isolated(() -> {
			Cairn cairn = context.isActive() ? context.getBeanProvider(Cairn.class).getIfAvailable() : this.cairn;
			if (cairn != null) {
				cairn.capture(failure, (report) -> report.severity(Severity.CRITICAL).field("phase", "start"));
			}
		});
		end().forEach(ApplicationStart::isolated);
	}

	private synchronized List<Runnable> end() {
		this.over = true;
		return List.copyOf(this.postponed);
	}

	/** Boot must report the failure as it would without Cairn. */
	private static void isolated(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.warn("Cairn: failed to capture the startup failure", ex);
		}
	}

	/**
	 * Captures failures of the start and leaves the report to the other reporters. Unlike
	 * {@code ApplicationFailedEvent}, reporters also receive exceptions of listeners of
	 * {@code ApplicationReadyEvent}.
	 */
	@Order(Ordered.HIGHEST_PRECEDENCE)
	static final class Reporter implements SpringBootExceptionReporter {

		private final @Nullable ConfigurableApplicationContext context;

		Reporter(@Nullable ConfigurableApplicationContext context) {
			this.context = context;
		}

		/** A context keeps its listeners when it has destroyed its beans. */
		@Override
		public boolean reportException(Throwable failure) {
			if (this.context instanceof AbstractApplicationContext listening) {
				listening.getApplicationListeners()
					.stream()
					.filter((listener) -> listener instanceof ApplicationStart start && start.context == listening)
					.forEach((listener) -> ((ApplicationStart) listener).failed(listening, failure));
			}
			return false;
		}

	}

}
