package dev.cairn;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

import dev.cairn.Failure.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * Passes each call on to the installed Cairn. It can be kept in a static field before the
 * program has started.
 */
final class GlobalCairn implements Cairn {

	static final GlobalCairn INSTANCE = new GlobalCairn();

	/** One for each context of the process, the newest last. Guarded by this. */
	private final Deque<Cairn> all = new ArrayDeque<>();

	/** The newest. */
	private volatile Cairn installed = NoopCairn.INSTANCE;

	private GlobalCairn() {
	}

	synchronized void install(Cairn cairn) {
		this.all.removeIf((known) -> known == cairn);
		this.all.addLast(cairn);
		this.installed = cairn;
	}

	/** The newest of those that are left takes its place. */
	synchronized void uninstall(Cairn cairn) {
		this.all.removeIf((known) -> known == cairn);
		this.installed = this.all.isEmpty() ? NoopCairn.INSTANCE : this.all.getLast();
	}

	@Override
	public Cairn install() {
		return this;
	}

	@Override
	public Event event(String type) {
		return this.installed.event(type);
	}

	@Override
	public Event event(Record event) {
		return this.installed.event(event);
	}

	@Override
	public Event message(String type) {
		return this.installed.message(type);
	}

	@Override
	public @Nullable String capture(Throwable thrown, Consumer<Event> details) {
		return this.installed.capture(thrown, details);
	}

	@Override
	public @Nullable String captureMessage(String text, Consumer<Event> details) {
		return this.installed.captureMessage(text, details);
	}

	@Override
	public Attempts attempts() {
		return this.installed.attempts();
	}

	@Override
	public Acceptance accept(Message message) {
		return this.installed.accept(message);
	}

	@Override
	public CompletionStage<Acceptance> acceptAndStore(Message message) {
		return this.installed.acceptAndStore(message);
	}

	@Override
	public CairnMetrics metrics() {
		return this.installed.metrics();
	}

	@Override
	public CairnContext context() {
		return this.installed.context();
	}

	@Override
	public CairnVisitors visitors() {
		return this.installed.visitors();
	}

	@Override
	public Ledger ledger() {
		return this.installed.ledger();
	}

	@Override
	public List<Cairn.Recent> recent() {
		return this.installed.recent();
	}

	@Override
	public boolean flush(Duration timeout) {
		return this.installed.flush(timeout);
	}

	/** Has no effect, since the caller does not own the installed Cairn. */
	@Override
	public void close() {
	}

}
