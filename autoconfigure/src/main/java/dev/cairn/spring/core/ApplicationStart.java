package dev.cairn.spring.core;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import dev.cairn.Cairn;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.AbstractApplicationContext;

/**
 * The start of an application that Boot runs. A context that fails to refresh destroys
 * its beans before Boot reports the failure. Beans that deliver the failure are therefore
 * closed after the report. In all other cases, a bean is closed when its context destroys
 * it.
 */
public final class ApplicationStart implements ApplicationListener<ApplicationStartedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(ApplicationStart.class);

	private static final String BEAN_NAME = "cairnApplicationStart";

	private final ConfigurableApplicationContext context;

	/** Beans to close after the report, in the order in which they were destroyed. */
	private final Map<Object, Runnable> postponed = new LinkedHashMap<>();

	private boolean refreshed;

	private boolean failed;

	private ApplicationStart(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** Watches the start of an application before its context is refreshed. */
	static void watch(ConfigurableApplicationContext context) {
		ApplicationStart start = new ApplicationStart(context);
		context.getBeanFactory().registerSingleton(BEAN_NAME, start);
		context.addApplicationListener(start);
	}

	/**
	 * Looks among the listeners, which a context keeps when it has destroyed its beans.
	 */
	static @Nullable ApplicationStart of(@Nullable ConfigurableApplicationContext context) {
		if (context instanceof AbstractApplicationContext listening) {
			for (ApplicationListener<?> listener : listening.getApplicationListeners()) {
				if (listener instanceof ApplicationStart start && start.context == context) {
					return start;
				}
			}
		}
		return null;
	}

	/**
	 * Closes a bean when it is destroyed or, if the start has failed by then, after the
	 * failure was reported. Replaces the destroy method of the bean.
	 * @param beans the bean factory
	 * @param name the name of the bean
	 * @param bean the bean
	 * @param closing closes the bean
	 */
	public static void closeInTurn(DefaultListableBeanFactory beans, String name, Object bean, Runnable closing) {
		DisposableBean inTurn = (beans.getSingleton(BEAN_NAME) instanceof ApplicationStart start)
				? () -> start.close(bean, closing) : closing::run;
		beans.registerDisposableBean(name, inTurn);
	}

	private void close(Object bean, Runnable closing) {
		if (!postpone(bean, closing)) {
			closing.run();
		}
	}

	/** A context that was closed regularly has no failure to report. */
	private synchronized boolean postpone(Object bean, Runnable closing) {
		if (this.refreshed || this.failed || this.context.isClosed()) {
			return false;
		}
		this.postponed.put(bean, closing);
		return true;
	}

	@Override
	public synchronized void onApplicationEvent(ApplicationStartedEvent event) {
		// Events of child contexts arrive as well
		this.refreshed |= event.getApplicationContext() == this.context;
	}

	/**
	 * Captures the failure and closes the postponed beans, which delivers it.
	 */
	void failed(Throwable thrown) {
		Map<Object, Runnable> closings = fail();
		isolated(() -> capture(thrown, closings.keySet()));
		closings.values().forEach(ApplicationStart::isolated);
	}

	private synchronized Map<Object, Runnable> fail() {
		this.failed = true;
		Map<Object, Runnable> closings = new LinkedHashMap<>(this.postponed);
		this.postponed.clear();
		return closings;
	}

	private void capture(Throwable thrown, Set<Object> open) {
		Cairn cairn = cairn(open);
		if (cairn != null) {
			cairn.capture(thrown, (report) -> report.severity(Severity.CRITICAL).field("phase", "start"));
		}
	}

	private @Nullable Cairn cairn(Set<Object> open) {
		for (Object bean : open) {
			if (bean instanceof Cairn cairn) {
				return cairn;
			}
		}
		return this.context.isActive() ? this.context.getBeanProvider(Cairn.class).getIfAvailable() : null;
	}

	/** Boot must report the failure as it would without Cairn. */
	private static void isolated(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.warn("Failed to report the failed start", ex);
		}
	}

}
