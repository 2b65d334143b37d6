package dev.cairn;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import dev.cairn.Cairn.Attempts;
import org.jspecify.annotations.Nullable;

/**
 * Passes each call on to the installed Cairn. It can be kept in a static field before the
 * program has started.
 */
final class GlobalCairn implements Cairn {

	static final GlobalCairn INSTANCE = new GlobalCairn();

	private volatile Cairn installed = NoopCairn.INSTANCE;

	private GlobalCairn() {
	}

	synchronized void install(Cairn cairn) {
		this.installed = cairn;
	}

	/**
	 * Has no effect unless it is the installed one, so that an older context cannot end a
	 * newer one.
	 */
	synchronized void uninstall(Cairn cairn) {
		if (this.installed == cairn) {
			this.installed = NoopCairn.INSTANCE;
		}
	}

	private Cairn delegate() {
		return this.installed;
	}

	@Override
	public Cairn install() {
		return this;
	}

	@Override
	public Event event(String type) {
		return delegate().event(type);
	}

	@Override
	public Event event(Record event) {
		return delegate().event(event);
	}

	@Override
	public Event message(String type) {
		return delegate().message(type);
	}

	@Override
	public @Nullable String capture(Throwable thrown, Consumer<Event> details) {
		return delegate().capture(thrown, details);
	}

	@Override
	public @Nullable String captureMessage(String text, Consumer<Event> details) {
		return delegate().captureMessage(text, details);
	}

	@Override
	public Attempts attempts() {
		return delegate().attempts();
	}

	@Override
	public boolean accept(Message message) {
		return delegate().accept(message);
	}

	@Override
	public CairnMetrics metrics() {
		return delegate().metrics();
	}

	@Override
	public Ledger ledger() {
		return delegate().ledger();
	}

	@Override
	public List<Cairn.Recent> recent() {
		return delegate().recent();
	}

	@Override
	public boolean flush(Duration timeout) {
		return delegate().flush(timeout);
	}

	/** Has no effect, since the caller does not own the installed Cairn. */
	@Override
	public void close() {
	}

}
