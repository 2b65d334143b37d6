%% Sends an event with cairn-send, through a port. Put cairn-send on the PATH, or its path into CAIRN_SEND.
%%
%%     cairn_push:event("push.sent", [{device, <<"ios">>}, {attempts, 2}, {silent, false}]).
%%
%% The result is that of cairn-send: ok, spooled (sent later), refused, or {error, Reason}. The caller waits for the script, at
%% most for the time of its request; call it in a process of its own if that is too long:
%%
%%     spawn(fun() -> cairn_push:event("push.sent", Fields) end).
-module(cairn_push).
-export([event/2, event/3]).

event(Type, Fields) -> event(Type, Fields, []).

%% Options are those of cairn-send, such as ["--severity", "3"].
event(Type, Fields, Options) ->
    case script() of
        false -> {error, no_cairn_send};
        Path -> run(Path, Options ++ ["--", Type | [field(Field) || Field <- Fields]])
    end.

script() ->
    case os:getenv("CAIRN_SEND") of
        false -> os:find_executable("cairn-send");
        Path -> Path
    end.

%% No shell reads the arguments. A text cannot contain a zero byte.
run(Path, Arguments) ->
    Port = open_port({spawn_executable, Path}, [{args, [bytes(Each) || Each <- Arguments]}, exit_status, stderr_to_stdout, binary]),
    wait(Port, <<>>).

wait(Port, Output) ->
    receive
        {Port, {data, More}} -> wait(Port, <<Output/binary, More/binary>>);
        {Port, {exit_status, 0}} -> ok;
        {Port, {exit_status, 1}} -> refused;
        {Port, {exit_status, 2}} -> {error, {usage, Output}};
        {Port, {exit_status, 3}} -> spooled;
        {Port, {exit_status, 4}} -> {error, {lost, Output}};
        {Port, {exit_status, Code}} -> {error, {exit_status, Code, Output}}
    end.

field({Name, Value}) when is_integer(Value) -> [name(Name), ":=", integer_to_list(Value)];
field({Name, Value}) when is_float(Value) -> [name(Name), ":=", io_lib:format("~.15g", [Value])];
field({Name, Value}) when Value =:= true; Value =:= false -> [name(Name), ":=", atom_to_list(Value)];
field({Name, Value}) when Value =:= null; Value =:= undefined -> [name(Name), ":=null"];
field({Name, Value}) when is_atom(Value) -> [name(Name), "=", atom_to_list(Value)];
field({Name, Value}) -> [name(Name), "=", Value].

name(Name) when is_atom(Name) -> atom_to_list(Name);
name(Name) -> Name.

bytes(Text) ->
    case unicode:characters_to_binary(Text) of
        Bytes when is_binary(Bytes) -> Bytes;
        _ -> iolist_to_binary(Text)
    end.
