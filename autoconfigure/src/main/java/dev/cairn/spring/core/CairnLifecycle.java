package dev.cairn.spring.core;

import java.time.Duration;
import java.util.function.Consumer;

import dev.cairn.Lifecycle;
import dev.cairn.delivery.Sink;
import dev.cairn.incident.Incidents;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Threads;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Suspends the owners of threads, sockets and files while the context is stopped or
 * paused: after all beans that publish. A context that closes does not, because what they
 * hold is delivered when they are destroyed.
 */
final class CairnLifecycle implements SmartLifecycle, ApplicationListener<ApplicationContextEvent> {

	private final ConfigurableApplicationContext context;

	private final Extensions extensions;

	private final Duration timeout;

	private volatile boolean running;

	private volatile boolean refreshed;

	private volatile boolean suspended;

	CairnLifecycle(ConfigurableApplicationContext context, Extensions extensions, Duration timeout) {
		this.context = context;
		this.extensions = extensions;
		this.timeout = timeout;
	}

	@Override
	public void start() {
		each("starting", this.suspended ? Lifecycle::resume : Lifecycle::start);
		this.suspended = false;
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		if (this.refreshed && !this.context.isClosed()) {
			this.suspended = true;
			long deadline = Threads.deadline(this.timeout);
			each("suspending", (owner) -> owner.suspend(Threads.left(deadline)));
		}
	}

	/** Cairn itself starts and suspends the incidents and the sinks. */
	private void each(String verb, Consumer<Lifecycle> call) {
		this.context.getBeansOfType(Lifecycle.class, false, false).forEach((name, owner) -> {
			if (!(owner instanceof Sink || owner instanceof Incidents)) {
				this.extensions.guard(verb + " " + name, () -> call.accept(owner));
			}
		});
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return Integer.MIN_VALUE;
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		if (event.getApplicationContext() == this.context) {
			this.refreshed |= event instanceof ContextRefreshedEvent;
			if (this.suspended && event instanceof ContextClosedEvent) {
				start();
			}
		}
	}

}
