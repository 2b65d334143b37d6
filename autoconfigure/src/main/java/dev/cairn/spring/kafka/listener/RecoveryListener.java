package dev.cairn.spring.kafka.listener;

import java.lang.StackWalker.StackFrame;

import dev.cairn.LogEntry;
import dev.cairn.context.SignalListener;
import dev.cairn.context.UnitOfWork;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * Receives the log entry of a recoverer, which spring-kafka calls before it reports that
 * the record is given up.
 */
final class RecoveryListener implements SignalListener {

	private static final StackWalker WALKER = StackWalker.getInstance();

	private static final int MAX_FRAMES = 200;

	private static final String PACKAGE = "org.springframework.kafka.listener.";

	@Override
	public Level logLevel() {
		return Level.ERROR;
	}

	@Override
	public void logged(LogEntry entry, @Nullable UnitOfWork unit) {
		if (entry.throwable() != null) {
			RecordAttempt.current().filter((attempt) -> isCalledByRecoverer()).ifPresent(RecordAttempt::recovering);
		}
	}

	private static boolean isCalledByRecoverer() {
		return WALKER.walk((frames) -> frames.limit(MAX_FRAMES)
			.filter((frame) -> isListenerConsumer(frame) || callsRecoverer(frame))
			.findFirst()
			.filter((frame) -> !isListenerConsumer(frame))
			.isPresent());
	}

	/** Calls the listener of a batch as well as the error handler. */
	private static boolean isListenerConsumer(StackFrame frame) {
		return frame.getClassName().equals(PACKAGE + "KafkaMessageListenerContainer$ListenerConsumer");
	}

	private static boolean callsRecoverer(StackFrame frame) {
		return (frame.getClassName().equals(PACKAGE + "FailedRecordTracker")
				&& frame.getMethodName().equals("attemptRecovery"))
				|| (frame.getClassName().equals(PACKAGE + "ErrorHandlingUtils")
						&& frame.getMethodName().equals("retryBatch"));
	}

}
