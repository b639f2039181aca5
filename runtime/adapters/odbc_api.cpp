#include "runtime/adapters/odbc_api.h"

#include "runtime/adapters/library.h"

namespace hookc::odbc {

namespace {

constexpr LibraryName kName{"ODBC", "HOOKC_ODBC_LIBRARY", "libodbc.so.2",
                            "install the driver manager (`apt-get install unixodbc`) and the database's driver, or set HOOKC_ODBC_LIBRARY to a libodbc.so.2"};

void resolve_all(Resolver& resolve, Api& api) {
  resolve(api.alloc_handle, "SQLAllocHandle");
  resolve(api.free_handle, "SQLFreeHandle");
  resolve(api.set_env_attr, "SQLSetEnvAttr");
  resolve(api.set_connect_attr, "SQLSetConnectAttrW");
  resolve(api.get_connect_attr, "SQLGetConnectAttrW");
  resolve(api.driver_connect, "SQLDriverConnectW");
  resolve(api.disconnect, "SQLDisconnect");
  resolve(api.get_info, "SQLGetInfoW");
  resolve(api.end_tran, "SQLEndTran");
  resolve(api.set_stmt_attr, "SQLSetStmtAttrW");
  resolve(api.exec_direct, "SQLExecDirectW");
  resolve(api.exec_direct_narrow, "SQLExecDirect");
  resolve(api.num_result_cols, "SQLNumResultCols");
  resolve(api.describe_col, "SQLDescribeColW");
  resolve(api.describe_col_narrow, "SQLDescribeCol");
  resolve(api.col_attribute, "SQLColAttributeW");
  resolve(api.fetch, "SQLFetch");
  resolve(api.get_data, "SQLGetData");
  resolve(api.row_count, "SQLRowCount");
  resolve(api.more_results, "SQLMoreResults");
  resolve(api.close_cursor, "SQLFreeStmt");
  resolve(api.get_diag_rec, "SQLGetDiagRecW");
  resolve(api.cancel, "SQLCancel");
}

}  // namespace

ApiOrError load_library() { return load_api<Api>(kName, &resolve_all); }

}  // namespace hookc::odbc
