package dev.cairn.spring.switches;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

import dev.cairn.engine.Settings;
import dev.cairn.spring.points.Points;
import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * Points, which are on or off, and whose condition and fields can be replaced.
 *
 * @param points supplies the points
 */
record PointKind(Supplier<Points> points) implements SwitchKind {

	@Override
	public String values() {
		return "on or off, a condition, or fields as 'name=expression' separated by ';'";
	}

	@Override
	public Collection<String> targets() {
		return this.points.get().report().stream().map(Points.Report::name).toList();
	}

	@Override
	public Change change(SwitchRequest request, Settings now) {
		String name = request.requiredTarget();
		Assert.isTrue(request.value() != null || request.condition() != null || request.fields() != null,
				"value, condition or fields is required");
		Part part = new Part((request.value() != null) ? request.isOn() : null, request.condition(),
				(request.fields() != null) ? request.parsedFields() : null);
		Settings.Point was = this.points.get().settings(name, now);
		this.points.get().check(name, part.on(was));
		return new Change(name, part.describe(), Part.of(was).describe(), (settings) -> apply(settings, name, part));
	}

	private Settings apply(Settings settings, String name, Part part) {
		Map<String, Settings.Point> all = new LinkedHashMap<>(settings.points());
		all.put(name, part.on(this.points.get().settings(name, settings)));
		return settings.withPoints(all);
	}

	/**
	 * The parts of a point that are replaced.
	 *
	 * @param enabled whether the point publishes, or {@code null} to leave it
	 * @param condition the condition, empty for none, or {@code null} to leave it
	 * @param fields the fields, or {@code null} to leave them
	 */
	private record Part(@Nullable Boolean enabled, @Nullable String condition, @Nullable Map<String, String> fields) {

		static Part of(Settings.Point point) {
			return new Part(point.enabled(), (point.condition() != null) ? point.condition() : "", point.fields());
		}

		Settings.Point on(Settings.Point base) {
			String text = (this.condition != null) ? this.condition : base.condition();
			return new Settings.Point((this.enabled != null) ? this.enabled : base.enabled(),
					(text == null || text.isBlank()) ? null : text,
					(this.fields != null) ? this.fields : base.fields());
		}

		String describe() {
			StringBuilder text = new StringBuilder();
			if (this.enabled != null) {
				text.append(SwitchKind.onOrOff(this.enabled));
			}
			if (this.condition != null) {
				text.append((!text.isEmpty()) ? ", " : "").append("condition: ").append(this.condition);
			}
			if (this.fields != null) {
				text.append((!text.isEmpty()) ? ", " : "").append("fields: ");
				this.fields.forEach((name, value) -> text.append(name).append('=').append(value).append("; "));
			}
			return text.toString().strip();
		}

	}

}
