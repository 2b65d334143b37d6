package dev.cairn.engine;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import dev.cairn.Category;
import dev.cairn.EventType;
import dev.cairn.Message;
import dev.cairn.MessageFields;
import dev.cairn.engine.RecordShape.Component;
import org.jspecify.annotations.Nullable;

/**
 * The type, version, category and fields of a class of records, derived once for a class
 * from its {@link EventType} or its name.
 */
record EventDefinition(String type, int version, @Nullable Category category, List<Component> components) {

	private static final ClassValue<EventDefinition> DEFINITIONS = new ClassValue<>() {

		@Override
		protected EventDefinition computeValue(Class<?> type) {
			return define(type);
		}

	};

	private static final Pattern VERSIONED = Pattern.compile("(.+)V([1-9][0-9]{0,5})");

	static EventDefinition of(Class<? extends Record> type) {
		return DEFINITIONS.get(type);
	}

	void addTo(EventBuilder event, Record values) {
		event.category = this.category;
		event.fields.add(MessageFields.EVENT_VERSION, this.version);
		this.components.forEach((component) -> event.fields.add(component.name(), component.valueOf(values)));
	}

	private static EventDefinition define(Class<?> type) {
		EventType annotation = type.getAnnotation(EventType.class);
		Matcher name = VERSIONED.matcher(type.getSimpleName());
		boolean versioned = name.matches();
		String typeName = RecordShape.words(versioned ? name.group(1) : type.getSimpleName(), ".");
		int version = versioned ? Integer.parseInt(name.group(2)) : 1;
		Category category = null;
		if (annotation != null) {
			typeName = annotation.value().isEmpty() ? typeName : annotation.value();
			version = (annotation.version() != 0) ? annotation.version() : version;
			category = onlyOne(type, annotation.category());
		}
		require(version > 0, type, "its version must be at least 1, but is " + version);
		return new EventDefinition(Message.checkType(typeName), version, category, readable(type));
	}

	private static @Nullable Category onlyOne(Class<?> type, Category[] categories) {
		require(categories.length <= 1, type, "it has more than one category");
		return (categories.length == 1) ? categories[0] : null;
	}

	private static List<Component> readable(Class<?> type) {
		RecordShape shape = RecordShape.of(type);
		require(shape.problem() == null, type, String.valueOf(shape.problem()));
		for (Component component : shape.components()) {
			require(!component.name().equals(MessageFields.EVENT_VERSION), type, "the field '"
					+ MessageFields.EVENT_VERSION + "' is reserved for the version; rename the component");
		}
		return shape.components();
	}

	private static void require(boolean condition, Class<?> type, String otherwise) {
		if (!condition) {
			throw new IllegalArgumentException("event " + type.getName() + " cannot be published: " + otherwise);
		}
	}

}
