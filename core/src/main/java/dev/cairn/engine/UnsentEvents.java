package dev.cairn.engine;

import java.util.List;

import dev.cairn.Ledger.DropReason;
import dev.cairn.Message;
import dev.cairn.context.Signals;
import dev.cairn.delivery.Sink;
import dev.cairn.internal.Extensions;
import org.jspecify.annotations.Nullable;

/**
 * Counts and reports the events that are not offered to their sinks.
 */
record UnsentEvents(Signals signals, Extensions extensions) {

	void sampledOut(EventValues event, List<Sink> sinks) {
		sampledOut(sinks);
		this.signals.report(Signals.Kind.SAMPLED_OUT, (listener, unit) -> listener.sampledOut(event, unit));
		notMeantToBeSent(event);
	}

	/** Counts a message of another service. */
	void sampledOut(List<Sink> sinks) {
		sinks.forEach((sink) -> sink.channel().sampledOut(1));
	}

	void filtered(EventValues event, List<Sink> sinks) {
		filtered(sinks);
		notMeantToBeSent(event);
	}

	void filtered(List<Sink> sinks) {
		sinks.forEach((sink) -> sink.channel().filtered());
	}

	private static void notMeantToBeSent(EventValues event) {
		if (event.confirmation != null) {
			event.confirmation.notMeantToBeSent();
		}
	}

	@Nullable Message unrouted(EventValues event) {
		lost(event, DropReason.NO_ROUTE);
		return null;
	}

	void refused(EventValues event, List<Sink> sinks) {
		refused(sinks);
		lost(event, DropReason.REENTRANT);
	}

	/** Counts a message of code that Cairn itself has called. */
	void refused(List<Sink> sinks) {
		for (Sink sink : sinks) {
			sink.channel().offered();
			sink.channel().dropped(DropReason.REENTRANT);
		}
	}

	void failed(EventValues event, List<Sink> sinks, Throwable ex) {
		failed(sinks, ex);
		lost(event, DropReason.ERROR);
	}

	/** Counts without a lambda: there may be little of the stack left. */
	void failed(List<Sink> sinks, Throwable ex) {
		for (Sink sink : sinks) {
			sink.channel().dropped(DropReason.ERROR);
		}
		this.extensions.failed("publishing a message", ex);
	}

	/** Reports a loss that no sink has counted as its own. */
	private static void lost(EventValues event, DropReason reason) {
		if (event.confirmation != null) {
			event.confirmation.lost("", reason);
		}
	}

}
