package dev.cairn.spring.logging.format;

import java.util.Objects;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.logging.StackTracePrinter;
import org.springframework.boot.logging.structured.ContextPairs;
import org.springframework.boot.logging.structured.StructuredLogFormatter;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer.Builder;
import org.springframework.boot.util.Instantiator;
import org.springframework.boot.util.Instantiator.AvailableParameters;
import org.springframework.core.env.Environment;

/**
 * Creates Boot's formats, whose classes are not visible, as Boot does.
 *
 * @param <E> the type of the events
 * @param events translates events
 * @param location the package of the formats for the logging system
 * @param environment the properties
 * @param printer prints stack traces
 * @param pairs writes key-values and the context
 * @param customizer builds the customizer of the application's customizers
 */
record BootFormat<E>(LogEvents<E> events, String location, Environment environment, @Nullable StackTracePrinter printer,
		ContextPairs pairs, Builder<?> customizer) {

	JsonLines<E> lines(JsonFormat format, Consumer<AvailableParameters> further) {
		return new JsonLines<>(this.events, format, this.environment, this.customizer,
				(builder) -> create(format, builder, further));
	}

	private StructuredLogFormatter<E> create(JsonFormat format, Builder<?> builder,
			Consumer<AvailableParameters> further) {
		Instantiator<StructuredLogFormatter<E>> formats = new Instantiator<>(StructuredLogFormatter.class,
				(parameters) -> {
					parameters.add(Environment.class, this.environment);
					parameters.add(StackTracePrinter.class, (ignored) -> this.printer);
					parameters.add(ContextPairs.class, this.pairs);
					parameters.add(StructuredLoggingJsonMembersCustomizer.class, (ignored) -> builder.build());
					parameters.add(Builder.class, builder);
					further.accept(parameters);
				});
		return Objects.requireNonNull(formats.instantiate(this.location + format.type()));
	}

}
