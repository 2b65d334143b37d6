package dev.cairn.spring.tracing;

import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.beans.factory.aot.AotServices;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The libraries with spans are found in a native image.
 */
class InstrumentHintsTests {

	@Test
	void eachLibraryOnTheClassPathHasAHint() {
		RuntimeHints hints = new RuntimeHints();
		AotServices.factories()
			.load(RuntimeHintsRegistrar.class)
			.forEach((registrar) -> registrar.registerHints(hints, getClass().getClassLoader()));
		assertThat(Stream.of(Instrument.values())
			.map(Instrument::library)
			.filter(Objects::nonNull)
			.flatMap((library) -> Stream.of(library.user(), library.required()))
			.filter((type) -> ClassUtils.isPresent(type, null))).isNotEmpty()
			.allSatisfy((type) -> assertThat(hints.reflection().getTypeHint(TypeReference.of(type))).isNotNull());
	}

}
