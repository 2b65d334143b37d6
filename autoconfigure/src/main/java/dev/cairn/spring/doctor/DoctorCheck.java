package dev.cairn.spring.doctor;

import java.util.List;

/**
 * Looks for one kind of problem in the setup of an application. Beans of this type are
 * called once after the start and whenever the {@code cairndoctor} endpoint is read, on a
 * thread of their own that is interrupted after ten seconds. A check is called by one
 * thread at a time, may use the network, and must not change anything. One that throws an
 * exception is isolated, counted, logged and shown as failed.
 */
public interface DoctorCheck {

	/**
	 * Returns the name of the check.
	 * @return a short name in kebab-case, such as {@code unknown-properties}
	 */
	String name();

	/**
	 * Looks for the problem.
	 * @return what was found; empty if all is well, or if it cannot be known
	 * @throws Exception if the check cannot be made
	 */
	List<Finding> examine() throws Exception;

	/**
	 * A problem. Must not contain secrets. Immutable.
	 *
	 * @param what the problem
	 * @param where the class, bean, property or address that has it
	 * @param why the consequence
	 * @param remedy the line to paste, or else what to do
	 */
	record Finding(String what, String where, String why, String remedy) {
	}

}
