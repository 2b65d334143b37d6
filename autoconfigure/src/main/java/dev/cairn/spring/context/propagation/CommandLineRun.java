package dev.cairn.spring.context.propagation;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.CommandLineRunner;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * Makes the run of all {@link CommandLineRunner} and {@link ApplicationRunner} beans a
 * unit of work. If one of them fails, it ends after Boot has reported the failure, when
 * the context is closed.
 */
final class CommandLineRun implements SmartApplicationListener {

	static final String NAME = "application.run";

	private final ApplicationContext context;

	private final TaskRuns runs;

	private @Nullable Thread thread;

	private TaskRuns.@Nullable Run run;

	private @Nullable Throwable failure;

	CommandLineRun(ApplicationContext context, TaskRuns runs) {
		this.context = context;
		this.runs = runs;
	}

	@Override
	public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
		return ApplicationStartedEvent.class.isAssignableFrom(type)
				|| ApplicationReadyEvent.class.isAssignableFrom(type)
				|| ApplicationFailedEvent.class.isAssignableFrom(type)
				|| ContextClosedEvent.class.isAssignableFrom(type);
	}

	/** The listener has to be called by the thread that calls the runners. */
	@Override
	public boolean supportsAsyncExecution() {
		return false;
	}

	/** Begins before and ends before other listeners are called. */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void onApplicationEvent(ApplicationEvent event) {
		if (event instanceof ApplicationStartedEvent started && started.getApplicationContext() == this.context) {
			begin();
		}
		else if (event instanceof ApplicationFailedEvent failed && failed.getApplicationContext() == this.context) {
			this.failure = failed.getException();
		}
		else if (event instanceof ApplicationReadyEvent ready && ready.getApplicationContext() == this.context) {
			end();
		}
		else if (event instanceof ContextClosedEvent closed && closed.getApplicationContext() == this.context) {
			end();
		}
	}

	private void begin() {
		if (this.run == null && (hasBean(CommandLineRunner.class) || hasBean(ApplicationRunner.class))) {
			this.thread = Thread.currentThread();
			this.run = this.runs.begin(NAME, "run", NAME);
		}
	}

	private boolean hasBean(Class<?> type) {
		return this.context.getBeanNamesForType(type, true, false).length > 0;
	}

	/** A shutdown hook leaves the run to its own thread. */
	private void end() {
		TaskRuns.Run open = this.run;
		if (open != null && this.thread == Thread.currentThread()) {
			this.run = null;
			open.leave();
			open.end(this.failure);
		}
	}

}
