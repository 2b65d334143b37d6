package dev.cairn.spring.logging.format;

import java.util.function.Consumer;

import org.springframework.boot.json.JsonWriter.Members;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer;
import org.springframework.boot.logging.structured.StructuredLoggingJsonMembersCustomizer.Builder;

/**
 * Customizes the members of JSON after the customizers of the application.
 *
 * @param before builds the customizer of the application's customizers
 * @param further the further customizer
 */
record FurtherMembers(Builder<?> before, Consumer<Members<Object>> further) implements Builder<Object> {

	@Override
	public Builder<Object> nested(boolean nested) {
		this.before.nested(nested);
		return this;
	}

	@Override
	@SuppressWarnings("unchecked")
	public StructuredLoggingJsonMembersCustomizer<Object> build() {
		StructuredLoggingJsonMembersCustomizer<Object> first = (StructuredLoggingJsonMembersCustomizer<Object>) this.before
			.build();
		return (members) -> {
			first.customize(members);
			this.further.accept(members);
		};
	}

}
