package dev.cairn.context;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

import dev.cairn.Binding;
import dev.cairn.BindingExtractor;
import dev.cairn.CairnContext;
import dev.cairn.NamePattern;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Extensions.Named;
import dev.cairn.internal.Fields;
import dev.cairn.internal.Text;
import dev.cairn.redaction.Redactor;
import org.jspecify.annotations.Nullable;

/**
 * The {@link CairnContext} of a service. Thread-safe.
 */
public final class BoundContext implements CairnContext {

	/** The header of W3C Baggage. */
	public static final String BAGGAGE = "baggage";

	private static final Binding NONE = () -> {
	};

	private static final int MAX_TEXT = 1024;

	private final Extensions extensions;

	private final List<Named<BindingExtractor<?>>> extractors;

	private final boolean inDiagnosticContext;

	private final Baggage baggage;

	private final BindingNames names;

	/**
	 * Creates the context.
	 * @param extensions calls suppliers, extractors and the methods of values
	 * @param extractors the extractors, of which the first that fits is called
	 * @param sensitive whether a name is that of a credential, whose value must not be
	 * logged
	 * @param inDiagnosticContext whether values are written into the MDC
	 * @param baggage the names of values that are sent to other services and received
	 */
	public BoundContext(Extensions extensions, List<? extends BindingExtractor<?>> extractors,
			Predicate<String> sensitive, boolean inDiagnosticContext, Set<String> baggage) {
		this.extensions = extensions;
		this.extractors = Extensions.named("binding extractor", extractors);
		this.names = new BindingNames(sensitive);
		this.inDiagnosticContext = inDiagnosticContext;
		this.baggage = new Baggage(baggage);
	}

	/**
	 * Returns a context that receives no values of other services.
	 * @param extensions calls suppliers and the methods of values
	 * @return the context
	 */
	public static BoundContext plain(Extensions extensions) {
		return new BoundContext(extensions, List.of(), (name) -> false, false, Set.of());
	}

	/**
	 * Returns the values that are bound in the calling thread.
	 * @return the values by name
	 */
	public static Map<String, Object> current() {
		return ThreadContext.currentBindings().toMap();
	}

	/**
	 * Computes the values that are bound in the calling thread and have no reader yet,
	 * for a line of the log.
	 * @return the texts that this has written into the diagnostic context, by name
	 */
	public static Map<String, String> computeUnread() {
		return ThreadContext.currentBindings().computeUnread();
	}

	@Override
	public Binding bind(String name, @Nullable Object value) {
		BindingNames.Name checked = this.names.of(name);
		Object kept = keep(value);
		return bind(checked, kept, text(checked, kept));
	}

	@Override
	public Binding bind(String name, @Nullable Supplier<? extends @Nullable Object> value) {
		BindingNames.Name checked = this.names.of(name);
		return (value != null) ? bind(checked, new BoundValue.Lazy(value, this), null) : bind(checked, null, null);
	}

	@Override
	public Binding bind(Map<String, ? extends @Nullable Object> values) {
		values.keySet().forEach(this.names::of);
		List<Binding> bindings = new ArrayList<>(values.size());
		values.forEach((name, value) -> bindings.add(bind(name, value)));
		return () -> {
			for (int i = bindings.size() - 1; i >= 0; i--) {
				bindings.get(i).close();
			}
		};
	}

	private Binding bind(BindingNames.Name name, @Nullable Object value, @Nullable String text) {
		ThreadContext context = ThreadContext.orNew();
		BoundValue previous = context.bindings().find(name.name());
		if (previous == null && context.bindings().isFull()) {
			this.extensions.failed("binding of more than " + Bindings.MAX + " values",
					new IllegalStateException("'" + name.name() + "' is ignored"));
			return NONE;
		}
		BoundValue bound = BoundValue.of(name.name(), value, text, previous);
		context.bind(bound);
		return bound;
	}

	@Override
	public Binding bindFrom(Object source) {
		Objects.requireNonNull(source, "source must not be null");
		for (Named<BindingExtractor<?>> extractor : this.extractors) {
			if (extractor.extension().type().isInstance(source)) {
				Binding bound = this.extensions.call(extractor, (each) -> bind(extract(each, source)));
				return (bound != null) ? bound : NONE;
			}
		}
		throw new IllegalArgumentException("there is no BindingExtractor for " + source.getClass().getName());
	}

	@SuppressWarnings("unchecked")
	private static <T> Map<String, ? extends @Nullable Object> extract(BindingExtractor<T> extractor, Object source) {
		return extractor.extract((T) source);
	}

	/**
	 * Returns whether there is an extractor for the objects of a class.
	 * @param type the class
	 * @return whether {@link #bindFrom} accepts them
	 */
	public boolean isExtractable(Class<?> type) {
		return this.extractors.stream().anyMatch((each) -> each.extension().type().isAssignableFrom(type));
	}

	/**
	 * Returns the header {@link #BAGGAGE} for other services.
	 * @param known the header that is there already, {@code null} if there is none; its
	 * values are kept
	 * @param redaction returns the text of a value that may be sent, given its name and
	 * text
	 * @return the header, or {@code null} if there is nothing to add
	 */
	public @Nullable String baggage(@Nullable String known, BinaryOperator<String> redaction) {
		return this.baggage.isEmpty() ? null
				: this.baggage.write(known, current(), (name, value) -> redaction.apply(name, value.toString()));
	}

	/** Adds the values of the header that a request or record has. */
	Bindings received(Bindings known, Function<String, @Nullable String> headers) {
		String header = this.baggage.isEmpty() ? null : headers.apply(BAGGAGE);
		Bindings bound = known;
		for (Map.Entry<String, String> received : this.baggage.read(header).entrySet()) {
			BindingNames.Name name = this.names.of(received.getKey());
			if (!bound.isFull() || bound.find(name.name()) != null) {
				bound = bound
					.with(BoundValue.of(name.name(), received.getValue(), text(name, received.getValue()), null));
			}
		}
		return bound;
	}

	@Override
	public void unbind(String... names) {
		for (String name : names) {
			if (!tryUnbind(name)) {
				throw new IllegalArgumentException("nothing is bound under '" + name + "'");
			}
		}
	}

	@Override
	public boolean tryUnbind(String... names) {
		boolean unbound = false;
		for (String name : names) {
			NamePattern pattern = NamePattern.of(BindingNames.free(name));
			ThreadContext context = ThreadContext.current();
			BoundValue[] bound = (context != null) ? context.bindings().values() : new BoundValue[0];
			for (BoundValue value : bound) {
				if (context != null && pattern.matches(value.name) && !value.isRemoval()) {
					context.unbind(value);
					unbound = true;
				}
			}
		}
		return unbound;
	}

	@Override
	public Binding fresh() {
		ThreadContext current = ThreadContext.current();
		return ThreadContext.enter((current != null) ? current.unit() : null, Bindings.EMPTY)::leave;
	}

	@Override
	public Map<String, Object> bindings() {
		return current();
	}

	@Override
	public @Nullable String lastErrorId() {
		UnitOfWork unit = UnitOfWork.current();
		return (unit != null) ? unit.lastErrorId() : null;
	}

	/**
	 * Checks a name.
	 * @param name the name
	 * @return the name
	 * @throws IllegalArgumentException if it is invalid
	 */
	public static String checkName(String name) {
		return BindingNames.check(name);
	}

	private @Nullable Object keep(@Nullable Object value) {
		return (value == null || (Fields.isImmutable(value) && value.getClass().getName().startsWith("java."))) ? value
				: printed(value);
	}

	/** Objects are bound as their text, since they may change or be large. */
	private Object printed(Object value) {
		if (value instanceof Enum<?> constant) {
			return constant.name();
		}
		String text = (value instanceof UUID) ? value.toString()
				: this.extensions.get("the text of " + value.getClass().getName(), value::toString);
		return (text != null) ? text : "[unprintable " + value.getClass().getName() + "]";
	}

	boolean isInDiagnosticContext() {
		return this.inDiagnosticContext;
	}

	@Nullable Object compute(Supplier<? extends @Nullable Object> supplier) {
		Object value = this.extensions.call(new Named<>("the supplier of a binding", supplier), Supplier::get);
		return keep(value);
	}

	@Nullable String text(String name, @Nullable Object value) {
		return text(this.names.of(name), value);
	}

	private @Nullable String text(BindingNames.Name name, @Nullable Object value) {
		if (value == null || !this.inDiagnosticContext) {
			return null;
		}
		return name.sensitive() ? Redactor.MASK : printable(value.toString());
	}

	/**
	 * Returns the beginning of a text without control characters, with which a line of a
	 * log could be forged.
	 * @param text the text
	 * @return at most 1,024 characters
	 */
	public static String printable(String text) {
		String kept = Text.cut(text, MAX_TEXT);
		for (int i = 0; i < kept.length(); i++) {
			if (Text.isControl(kept.charAt(i))) {
				return escaped(kept);
			}
		}
		return kept;
	}

	private static String escaped(String text) {
		StringBuilder escaped = new StringBuilder(text.length() + 16);
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '\n') {
				escaped.append("\\n");
			}
			else if (Text.isControl(c)) {
				escaped.append(String.format("\\u%04x", (int) c));
			}
			else {
				escaped.append(c);
			}
		}
		return Text.cut(escaped.toString(), MAX_TEXT);
	}

}
