package dev.cairn.spring.notify;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;

import dev.cairn.Origin;
import dev.cairn.delivery.Channel;
import dev.cairn.engine.Settings;
import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.notify.Notification.Kind;
import org.jspecify.annotations.Nullable;

/**
 * Passes on the findings of the rules, unless they are switched off, duplicates or too
 * many. Called by the threads of the application too, and never blocks. Thread-safe.
 */
final class NotificationDispatcher {

	private static final int MAX_TITLE = 200;

	private static final int MAX_TEXT = 2000;

	private final Origin origin;

	private final Redactor redactor;

	private final Settings.Holder settings;

	private final Channel channel;

	private final Set<Kind> excluded;

	private final NotificationLimiter limiter;

	private final InstantSource clock;

	private volatile List<NotifierQueue> queues = List.of();

	NotificationDispatcher(Origin origin, Redactor redactor, Settings.Holder settings, Channel channel,
			Set<Kind> excluded, NotificationLimiter limiter, InstantSource clock) {
		this.origin = origin;
		this.redactor = redactor;
		this.settings = settings;
		this.channel = channel;
		this.excluded = Set.copyOf(excluded);
		this.limiter = limiter;
		this.clock = clock;
	}

	void queues(List<NotifierQueue> queues) {
		this.queues = List.copyOf(queues);
	}

	/** Returns whether the notifiers are called for it. */
	boolean offer(Alert alert) {
		if (isOff(alert.kind()) || !this.limiter.admit(alert, this.clock.instant())) {
			this.channel.offered();
			this.channel.filtered();
			return false;
		}
		send(alert);
		return true;
	}

	/** A switch for a sink silences all, and one for a type of events those of a kind. */
	private boolean isOff(Kind kind) {
		Settings current = this.settings.get();
		return this.excluded.contains(kind) || current.sinksOff().contains(this.channel.name())
				|| current.typesOff().contains("notification." + kind.wireName());
	}

	void sendSummaryOfLastHour() {
		sendSummary(this.limiter.summaryOfLastHour(this.clock.instant()));
	}

	/** Called before the queues are stopped. */
	void sendLastSummary() {
		sendSummary(this.limiter.summary());
	}

	private void sendSummary(@Nullable Alert summary) {
		if (summary != null && !isOff(Kind.SUMMARY)) {
			send(summary);
		}
	}

	private void send(Alert alert) {
		Instant now = this.clock.instant();
		Notification notification = new Notification(alert.kind(), now, this.origin.service(),
				this.origin.environment(), line(alert.title()), Text.cut(this.redactor.redact(alert.text()), MAX_TEXT),
				alert.errorId(), alert.traceId(), alert.count());
		this.queues.forEach((queue) -> queue.offer(notification));
	}

	/**
	 * The title becomes the subject of a mail, where the end of a line begins a header.
	 */
	private String line(String title) {
		StringBuilder line = new StringBuilder(Text.cut(this.redactor.redact(title), MAX_TITLE));
		for (int i = 0; i < line.length(); i++) {
			if (Text.isControl(line.charAt(i))) {
				line.setCharAt(i, ' ');
			}
		}
		return line.toString();
	}

}
