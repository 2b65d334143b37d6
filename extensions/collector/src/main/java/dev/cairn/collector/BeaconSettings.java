package dev.cairn.collector;

import java.io.ByteArrayOutputStream;
import java.util.Map;

import dev.cairn.Severity;
import dev.cairn.annotation.PublishEvent;
import dev.cairn.collector.BeaconProperties.On;
import dev.cairn.collector.BeaconProperties.PointProperties;
import dev.cairn.engine.Settings;
import dev.cairn.spring.points.Points;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The settings of the script of the beacon, which it reads when a page is loaded and from
 * time to time after that. Points that are switched off at run time are left out.
 * Thread-safe.
 */
final class BeaconSettings {

	private static final JsonFactory JSON = JsonFactory.builder().build();

	private final BeaconProperties properties;

	private final Settings.Holder settings;

	private final @Nullable Points points;

	/**
	 * Creates the settings.
	 * @param properties the properties
	 * @param settings what is switched at run time
	 * @param points makes the points known to the switches; {@code null} if there are
	 * none
	 */
	BeaconSettings(BeaconProperties properties, Settings.Holder settings, @Nullable Points points) {
		this.properties = properties.checked();
		this.settings = settings;
		this.points = points;
		if (points != null) {
			properties.points().forEach((name, point) -> points.declare(nameOf(name), definition(name, point)));
		}
	}

	/** Points of beans may have the same name. */
	private static String nameOf(String point) {
		return "beacon." + point;
	}

	private static Points.Definition definition(String name, PointProperties point) {
		return new Points.Definition(point.type(name), PublishEvent.On.RETURN, Map.of(), null, null,
				Severity.INFORMATIONAL, 1, point.enabled());
	}

	/**
	 * Returns the settings as JSON.
	 * @param described whether the client consents to being described
	 * @return the JSON
	 */
	byte[] toJson(boolean described) {
		Settings now = this.settings.get();
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
			json.writeStartObject();
			json.writeBooleanProperty("on", described);
			json.writeBooleanProperty("consent", this.properties.consent());
			json.writeBooleanProperty("store", this.properties.store());
			json.writeNumberProperty("sample", this.properties.sample());
			json.writeBooleanProperty("interactions", this.properties.interactions());
			if (this.properties.key() != null) {
				json.writeStringProperty("key", this.properties.key());
			}
			json.writeName("points");
			json.writeStartArray();
			this.properties.points().forEach((name, point) -> {
				if (isOn(name, point, now)) {
					write(json, name, point);
				}
			});
			json.writeEndArray();
			json.writeEndObject();
		}
		return bytes.toByteArray();
	}

	private boolean isOn(String name, PointProperties point, Settings now) {
		boolean enabled = (this.points != null) ? this.points.settings(nameOf(name), now).enabled() : point.enabled();
		return enabled && !now.typesOff().contains(point.type(name));
	}

	private static void write(JsonGenerator json, String name, PointProperties point) {
		json.writeStartObject();
		json.writeStringProperty("type", point.type(name));
		json.writeStringProperty("selector", point.selector());
		json.writeBooleanProperty("submit", point.on() == On.SUBMIT);
		json.writeName("fields");
		json.writeStartObject();
		point.fields().forEach(json::writeStringProperty);
		json.writeEndObject();
		json.writeEndObject();
	}

}
