package dev.cairn.engine;

import java.util.function.Consumer;

import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Failure;
import dev.cairn.Message;
import dev.cairn.Severity;
import org.jspecify.annotations.Nullable;

/**
 * The event of a failure. The enrichers are called before the message is built, or
 * earlier if a sampling rule asks for a field that only they provide.
 */
final class IncidentEvent extends EventBuilder {

	private final Pipeline pipeline;

	private final Failure failure;

	private boolean enriched;

	IncidentEvent(Pipeline pipeline, Failure failure) {
		super(Message.TYPE_EXCEPTION, pipeline.defaults(), pipeline);
		this.pipeline = pipeline;
		this.failure = failure;
		severity(Severity.ERROR).category(Category.QUALITY);
	}

	void addDetails(Consumer<Event> details) {
		Throwable thrown = this.failure.thrown();
		if (thrown != null) {
			thrown(thrown);
		}
		else {
			payload(this.failure.text());
		}
		withdraw();
		this.pipeline.extensions().guard("the details of a failure", () -> details.accept(this));
		applyPresets();
	}

	/** Adds the call site, unless the stack of the throwable contains it. */
	void locate() {
		if (isLocating() || this.failure.thrown() == null) {
			this.pipeline.locate(this);
		}
	}

	void enrich() {
		if (!this.enriched) {
			this.enriched = true;
			this.pipeline.enrich(this.failure, this);
		}
	}

	@Override
	public @Nullable Object field(String key) {
		Object value = super.field(key);
		if (value == null && !this.enriched) {
			enrich();
			value = super.field(key);
		}
		return value;
	}

}
