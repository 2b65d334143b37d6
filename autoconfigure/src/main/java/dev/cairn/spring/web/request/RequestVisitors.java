package dev.cairn.spring.web.request;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import dev.cairn.Cairn;
import dev.cairn.CairnVisitors;
import dev.cairn.Category;
import dev.cairn.Event;
import dev.cairn.Message;
import dev.cairn.MessageEnricher;
import dev.cairn.MessageFields;
import dev.cairn.context.BoundContext;
import dev.cairn.context.UnitOfWork;
import dev.cairn.internal.Extensions;
import dev.cairn.internal.Text;
import dev.cairn.spring.web.request.RequestsProperties.VisitProperties;
import dev.cairn.spring.web.request.RequestsProperties.VisitorProperties;
import org.jspecify.annotations.Nullable;

/**
 * Adds the visitor to the messages of a request: its pseudonym, which is a keyed hash of
 * a cookie or a header, or of the address and the user agent; its visit; the user that it
 * was identified as; and what is bound to both. A client that does not consent, or is no
 * person, has none of these.
 */
final class RequestVisitors implements RequestMessageCustomizer, MessageEnricher, CairnVisitors {

	private static final UnitOfWork.Key<Current> KEY = new UnitOfWork.Key<>("visitor");

	/** The visitor of a client that has none. */
	private static final Current NONE = new Current("", null);

	private static final int MAX_ID = 200;

	private static final int MAX_TEXT = 1024;

	private static final int MAX_BOUND = 20;

	private static final int MAX_ANNOUNCED = 10_000;

	private static final long ANNOUNCED_FOR = Duration.ofHours(24).toMillis();

	private final OptionalFields fields;

	private final VisitorProperties properties;

	private final @Nullable String sessionCookie;

	private final UnaryOperator<String> hash;

	private final InstantSource clock;

	private final Extensions extensions;

	private final Supplier<Cairn> cairn;

	private final Visits visits;

	/** The fields that are bound to users. */
	private final RecentValues<Map<String, Object>> users;

	/** The times at which pairs of ids were published. */
	private final RecentValues<Long> announced = new RecentValues<>(MAX_ANNOUNCED, () -> {
	});

	/**
	 * Creates an object without visitors.
	 * @param fields the fields that messages may have
	 * @param visitor the properties of visitors
	 * @param visit the properties of visits
	 * @param hash the keyed hash
	 * @param clock the time
	 * @param extensions counts what has no room
	 * @param cairn publishes who visitors are
	 */
	RequestVisitors(OptionalFields fields, VisitorProperties visitor, VisitProperties visit, UnaryOperator<String> hash,
			InstantSource clock, Extensions extensions, Supplier<Cairn> cairn) {
		this.fields = fields;
		this.properties = visitor;
		this.sessionCookie = visit.cookie();
		this.hash = hash;
		this.clock = clock;
		this.extensions = extensions;
		this.cairn = cairn;
		this.visits = new Visits(visit.timeout(), visitor.daily(), visit.maxTracked(), hash, clock,
				() -> noRoom("visits", "those that are inactive for longest have ended early"));
		this.users = new RecentValues<>(visit.maxTracked(),
				() -> noRoom("users", "what is bound to those that are inactive for longest is forgotten"));
	}

	private void noRoom(String what, String consequence) {
		this.extensions.failed(what + " beyond cairn.requests.visit.max-tracked",
				new IllegalStateException(consequence));
	}

	@Override
	public void enrich(Event message) {
		RequestFacts request = RequestFacts.current();
		if (request != null) {
			customize(message, request);
		}
	}

	@Override
	public void customize(Event message, RequestFacts request) {
		describe(request, (name, value) -> add(message, name, value));
	}

	@Override
	public Map<String, Object> visitorFields() {
		Map<String, Object> found = new LinkedHashMap<>();
		RequestFacts request = RequestFacts.current();
		if (request != null) {
			describe(request, (name, value) -> {
				if (this.fields.include(name)) {
					found.putIfAbsent(name, value);
				}
			});
		}
		return Collections.unmodifiableMap(found);
	}

	private void describe(RequestFacts request, BiConsumer<String, Object> fields) {
		Current current = current(request);
		if (current != NONE) {
			describe(current, fields);
		}
		else if (request.isRobot()) {
			fields.accept(MessageFields.DEVICE_CLASS, MessageFields.ROBOT);
		}
	}

	private void describe(Current current, BiConsumer<String, Object> fields) {
		fields.accept(MessageFields.VISITOR, current.visitor);
		Visits.Visit visit = current.visit;
		if (visit != null) {
			fields.accept(MessageFields.VISIT_ID, visit.id);
			visit.bound.forEach(fields);
		}
		String user = current.user();
		if (user != null) {
			fields.accept(MessageFields.USER_ID, user);
			Map<String, Object> bound = this.users.get(user);
			if (bound != null) {
				bound.forEach(fields);
			}
		}
	}

	private void add(Event message, String field, Object value) {
		if (message.field(field) == null) {
			this.fields.add(message, field, value);
		}
	}

	/** Returns the visitor, which is determined once for a unit of work. */
	private Current current(RequestFacts request) {
		UnitOfWork unit = RequestFacts.currentUnit();
		return (unit != null) ? unit.attribute(KEY, () -> of(request)) : of(request);
	}

	private Current current() {
		RequestFacts request = RequestFacts.current();
		return (request != null) ? current(request) : NONE;
	}

	private Current of(RequestFacts request) {
		if (!this.fields.include(MessageFields.VISITOR) || !request.hasConsent() || request.isRobot()) {
			return NONE;
		}
		String identity = identity(request);
		if (identity == null) {
			return NONE;
		}
		String visitor = this.hash
			.apply(this.properties.daily() ? Visits.day(this.clock.millis()) + identity : identity);
		return new Current(visitor, visit(request, visitor));
	}

	private @Nullable String identity(RequestFacts request) {
		String cookie = this.properties.cookie();
		String header = this.properties.header();
		if (cookie == null && header == null) {
			String address = request.address();
			return (address != null) ? address + '\n' + request.header("User-Agent") : null;
		}
		String value = (cookie != null) ? request.cookie(cookie) : null;
		return (value == null && header != null) ? request.header(header) : value;
	}

	private Visits.@Nullable Visit visit(RequestFacts request, String visitor) {
		if (!this.fields.include(MessageFields.VISIT_ID)) {
			return null;
		}
		String session = (this.sessionCookie != null) ? request.cookie(this.sessionCookie) : null;
		return (session != null) ? this.visits.ofSession(session) : this.visits.of(visitor);
	}

	/**
	 * Identifies the visitor as the authenticated user, if that is configured.
	 * @param user the name of the user, or {@code null} if there is none
	 */
	void authenticated(@Nullable String user) {
		if (user != null && !user.isEmpty() && this.properties.authenticatedUser()) {
			identify(Text.cut(user, MAX_ID));
		}
	}

	/** Whether the authenticated user has to be determined. */
	boolean isAuthenticatedUserWanted() {
		return this.properties.authenticatedUser();
	}

	@Override
	public void identify(String user) {
		check("user", user);
		Current current = current();
		if (current != NONE && this.fields.include(MessageFields.USER_ID)) {
			current.identify(user, isOnePerson());
			announce(Message.TYPE_VISITOR_IDENTIFIED, MessageFields.USER_ID, user, current);
		}
	}

	/**
	 * Whether all requests of a visit are those of one person. People who share an
	 * address may have the same user agent.
	 */
	private boolean isOnePerson() {
		return this.properties.cookie() != null || this.properties.header() != null || this.sessionCookie != null;
	}

	@Override
	public void alias(String id) {
		check("id", id);
		Current current = current();
		if (current != NONE && this.fields.include(MessageFields.USER_ID)) {
			announce(Message.TYPE_VISITOR_ALIASED, MessageFields.ALIAS, id, current);
		}
	}

	private static void check(String name, String id) {
		Objects.requireNonNull(id, () -> name + " must not be null");
		if (id.isEmpty() || id.length() > MAX_ID) {
			throw new IllegalArgumentException(
					name + " must have 1 to " + MAX_ID + " characters, but has " + id.length());
		}
	}

	/** Publishes a pair of ids, unless that was done lately. */
	private void announce(String type, String field, String id, Current current) {
		long now = this.clock.millis();
		String user = current.user();
		String pair = type + '\n' + current.visitor + '\n' + user + '\n' + id;
		AtomicBoolean isNew = new AtomicBoolean();
		this.announced.change(pair, (known) -> {
			isNew.set(known == null || now - known > ANNOUNCED_FOR);
			return isNew.get() ? Long.valueOf(now) : known;
		});
		if (isNew.get()) {
			Event event = this.cairn.get().message(type).category(Category.BEHAVIOUR).keep().field(field, id);
			describe(current, (name, value) -> add(event, name, value));
			event.publish();
		}
	}

	@Override
	public void bindToVisit(String name, @Nullable Object value) {
		BoundContext.checkName(name);
		Visits.Visit visit = current().visit;
		if (visit != null) {
			bind(visit.bound, name, value);
		}
	}

	@Override
	public void bindToUser(String name, @Nullable Object value) {
		BoundContext.checkName(name);
		String user = current().user();
		if (user != null) {
			bind(this.users.change(user, (known) -> (known != null) ? known : new ConcurrentHashMap<>(2)), name, value);
		}
	}

	private void bind(Map<String, Object> bound, String name, @Nullable Object value) {
		if (value == null) {
			bound.remove(name);
		}
		else if (bound.size() < MAX_BOUND || bound.containsKey(name)) {
			bound.put(name,
					(value instanceof Number || value instanceof Boolean) ? value : Text.cut(text(value), MAX_TEXT));
		}
		else {
			this.extensions.failed("binding of more than " + MAX_BOUND + " fields to a visit or a user",
					new IllegalStateException("'" + name + "' is ignored"));
		}
	}

	private String text(Object value) {
		String text = this.extensions.get("the text of " + value.getClass().getName(), value::toString);
		return (text != null) ? text : "[unprintable " + value.getClass().getName() + "]";
	}

	/**
	 * The visitor of a unit of work.
	 */
	private static final class Current {

		final String visitor;

		final Visits.@Nullable Visit visit;

		private volatile @Nullable String user;

		Current(String visitor, Visits.@Nullable Visit visit) {
			this.visitor = visitor;
			this.visit = visit;
		}

		@Nullable String user() {
			String known = this.user;
			return (known == null && this.visit != null) ? this.visit.user : known;
		}

		void identify(String user, boolean forVisit) {
			this.user = user;
			if (forVisit && this.visit != null) {
				this.visit.user = user;
			}
		}

	}

}
