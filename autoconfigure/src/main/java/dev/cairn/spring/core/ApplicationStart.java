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
 * The start of one application that Boot runs. A context that cannot be refreshed
 * destroys its beans before Boot tells anybody what went wrong; what has to deliver the
 * failure is therefore closed only when Boot has told. Everywhere else, so in a context
 * that Boot does not run, a bean is closed when its turn comes.
 */
public final class ApplicationStart implements ApplicationListener<ApplicationStartedEvent> {

	private static final Logger logger = LoggerFactory.getLogger(ApplicationStart.class);

	private static final String BEAN_NAME = "cairnApplicationStart";

	private final ConfigurableApplicationContext context;

	/** What is to be closed by the bean that it is, in the order of their turns. */
	private final Map<Object, Runnable> postponed = new LinkedHashMap<>();

	private boolean refreshed;

	private boolean failed;

	private ApplicationStart(ConfigurableApplicationContext context) {
		this.context = context;
	}

	/** Watch the start of an application whose context is yet to be refreshed. */
	static void watch(ConfigurableApplicationContext context) {
		ApplicationStart start = new ApplicationStart(context);
		context.getBeanFactory().registerSingleton(BEAN_NAME, start);
		context.addApplicationListener(start);
	}

	/** The listeners of a context are still there when its beans are gone. */
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
	 * Close a bean when it is its turn to be destroyed, or, if the start has failed by
	 * then, when that was told. Takes the place of the bean's own destroy method.
	 * @param beans the beans
	 * @param name the name of the bean
	 * @param bean the bean
	 * @param closing closes it
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

	/** A context that is closed, and not just given up, has nothing to tell. */
	private synchronized boolean postpone(Object bean, Runnable closing) {
		if (this.refreshed || this.failed || this.context.isClosed()) {
			return false;
		}
		this.postponed.put(bean, closing);
		return true;
	}

	@Override
	public synchronized void onApplicationEvent(ApplicationStartedEvent event) {
		// Those of child contexts come by as well
		this.refreshed |= event.getApplicationContext() == this.context;
	}

	/**
	 * Capture what made the start fail, and close what was postponed. Closing delivers:
	 * here, or when Boot closes the context right after.
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

	/** How Boot reports the failure and ends must not change. */
	private static void isolated(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger.warn("Telling of the failed start has failed", ex);
		}
	}

}
